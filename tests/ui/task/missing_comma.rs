#[lifecycle::cooperative_task(interval = "5s" priority = 1)]
async fn sweep() {}

fn main() {}
