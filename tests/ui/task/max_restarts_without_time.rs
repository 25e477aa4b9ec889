#[lifecycle::cooperative_task(max_restarts = "5")]
async fn sweep() {}

fn main() {}
