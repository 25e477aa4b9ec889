#[lifecycle::cooperative_task(name = "")]
async fn sweep() {}

fn main() {}
