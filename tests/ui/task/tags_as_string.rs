#[lifecycle::cooperative_task(tags = "db")]
async fn sweep() {}

fn main() {}
