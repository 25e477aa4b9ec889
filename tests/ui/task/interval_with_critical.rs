#[lifecycle::cooperative_task(interval = "5s", critical = true)]
async fn sweep() {}

fn main() {}
