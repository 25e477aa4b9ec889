#[lifecycle::cooperative_task(priority = 3000000000)]
async fn sweep() {}

fn main() {}
