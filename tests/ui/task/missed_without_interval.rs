#[lifecycle::cooperative_task(missed = "skip")]
async fn sweep() {}

fn main() {}
