#[lifecycle::cooperative_task(name = "a\nb")]
async fn sweep() {}

fn main() {}
