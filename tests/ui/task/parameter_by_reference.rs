#[lifecycle::cooperative_task]
async fn sweep(_: &lifecycle::Shutdown) {}

fn main() {}
