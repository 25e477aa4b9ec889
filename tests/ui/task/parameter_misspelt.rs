#[lifecycle::cooperative_task]
async fn sweep(_: Shutdwn) {}

fn main() {}
