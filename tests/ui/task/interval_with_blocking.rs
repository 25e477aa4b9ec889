#[lifecycle::cooperative_task(interval = "5s", blocking = true)]
fn sweep() {}

fn main() {}
