#[lifecycle::cooperative_task(on_shutdown = "wait")]
async fn sweep() {}

fn main() {}
