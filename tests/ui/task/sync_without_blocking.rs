#[lifecycle::cooperative_task]
fn sweep() {}

fn main() {}
