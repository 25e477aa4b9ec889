mod sweep {}

#[lifecycle::cooperative_task]
async fn sweep(_: u32) {}

fn main() {}
