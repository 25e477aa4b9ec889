#[lifecycle::cooperative_task(interval = "5s", missed = "skipp")]
async fn sweep() {}

fn main() {}
