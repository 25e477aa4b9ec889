#[lifecycle::cooperative_task(priority = "high")]
async fn sweep() {}

fn main() {}
