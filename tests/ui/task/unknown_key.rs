#[lifecycle::cooperative_task(intervall = "5s")]
async fn sweep() {}

fn main() {}
