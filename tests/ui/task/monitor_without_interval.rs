#[lifecycle::cooperative_task(failure_threshold = 3)]
async fn sweep() {}

fn main() {}
