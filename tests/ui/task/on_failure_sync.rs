#[lifecycle::cooperative_task(interval = "1s", failure_threshold = 3, on_failure = "alarm")]
async fn sweep() {}

fn alarm() {}

fn main() {}
