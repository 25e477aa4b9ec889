#[lifecycle::shutdown_hook(phase = "announce")]
async fn leave(_: String) {}

fn main() {}
