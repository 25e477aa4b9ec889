#[lifecycle::cooperative_task]
async fn sweep() -> u32 {
    5
}

fn main() {}
