#[lifecycle::cooperative_task(tags = ["db", "db"])]
async fn sweep() {}

fn main() {}
