#[lifecycle::cooperative_task]
async unsafe fn sweep() {}

fn main() {}
