#[lifecycle::cooperative_task(interval = "1s", failure_threshold = 3, on_failure = "alarm")]
async fn sweep() {}

async fn alarm(_: u32) {}

fn main() {}
