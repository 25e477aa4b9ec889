#[lifecycle::shutdown_hook(phase = "announce", interval = "5s")]
async fn leave() {}

fn main() {}
