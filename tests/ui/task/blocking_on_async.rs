#[lifecycle::cooperative_task(blocking = true)]
async fn sweep() {}

fn main() {}
