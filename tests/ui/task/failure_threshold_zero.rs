#[lifecycle::cooperative_task(interval = "5s", failure_threshold = 0)]
async fn sweep() {}

fn main() {}
