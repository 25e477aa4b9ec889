#[lifecycle::cooperative_task(interval)]
async fn sweep() {}

fn main() {}
