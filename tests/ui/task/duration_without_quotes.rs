#[lifecycle::cooperative_task(interval = 5s)]
async fn sweep() {}

fn main() {}
