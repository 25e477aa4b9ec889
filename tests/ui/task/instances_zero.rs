#[lifecycle::cooperative_task(instances = 0)]
async fn sweep() {}

fn main() {}
