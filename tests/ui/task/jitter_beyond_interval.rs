#[lifecycle::cooperative_task(interval = "5s", jitter = "6s")]
async fn sweep() {}

fn main() {}
