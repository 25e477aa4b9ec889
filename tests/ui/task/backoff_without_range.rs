#[lifecycle::cooperative_task(backoff = "30s")]
async fn sweep() {}

fn main() {}
