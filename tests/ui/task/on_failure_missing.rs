#[lifecycle::cooperative_task(interval = "1s", failure_threshold = 3, on_failure = "alrm")]
async fn sweep() {}

#[allow(dead_code)]
async fn alarm() {}

fn main() {}
