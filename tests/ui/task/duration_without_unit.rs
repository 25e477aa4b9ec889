#[lifecycle::cooperative_task(interval = "5")]
async fn sweep() {}

fn main() {}
