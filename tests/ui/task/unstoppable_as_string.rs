#[lifecycle::cooperative_task(unstoppable = "yes")]
async fn sweep() {}

fn main() {}
