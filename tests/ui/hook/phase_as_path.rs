#[lifecycle::shutdown_hook(phase = Phase::Announce)]
async fn leave() {}

fn main() {}
