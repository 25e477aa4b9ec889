#[lifecycle::cooperative_task(priority = 1, priority = 2)]
async fn sweep() {}

fn main() {}
