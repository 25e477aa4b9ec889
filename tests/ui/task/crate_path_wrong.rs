#[lifecycle::cooperative_task(crate = lifecycl)]
async fn sweep() {}

fn main() {}
