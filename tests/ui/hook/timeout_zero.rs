#[lifecycle::shutdown_hook(phase = "announce", timeout = "0s")]
async fn leave() {}

fn main() {}
