#[lifecycle::cooperative_task(blocking = true, local = true)]
fn sweep() {}

fn main() {}
