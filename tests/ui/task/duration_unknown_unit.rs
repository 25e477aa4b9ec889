#[lifecycle::cooperative_task(timeout = "5sec")]
async fn sweep() {}

fn main() {}
