struct Database;

#[lifecycle::cooperative_task(interval = "1s", failure_threshold = 3, on_recovery = "calm")]
async fn sweep() {}

async fn calm(_: lifecycle::Res<Database>) {}

fn main() {}
