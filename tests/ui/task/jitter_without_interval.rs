#[lifecycle::cooperative_task(jitter = "1s")]
async fn sweep() {}

fn main() {}
