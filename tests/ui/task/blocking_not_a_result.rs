#[lifecycle::cooperative_task(blocking = true)]
fn sweep() -> u32 {
    5
}

fn main() {}
