#[lifecycle::cooperative_task(restart = "on-fail")]
async fn sweep() {}

fn main() {}
