#[lifecycle::shutdown_hook(phase = "announce")]
async fn leave(_: Shutdwn) {}

fn main() {}
