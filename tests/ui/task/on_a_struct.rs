#[lifecycle::cooperative_task]
struct Sweep;

fn main() {}
