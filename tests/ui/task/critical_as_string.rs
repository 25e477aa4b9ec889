#[lifecycle::cooperative_task(critical = "yes")]
async fn sweep() {}

fn main() {}
