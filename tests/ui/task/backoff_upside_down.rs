#[lifecycle::cooperative_task(backoff = "30s..100ms")]
async fn sweep() {}

fn main() {}
