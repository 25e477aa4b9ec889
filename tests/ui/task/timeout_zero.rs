#[lifecycle::cooperative_task(timeout = "0ms")]
async fn sweep() {}

fn main() {}
