#[lifecycle::shutdown_hook(phase = "announce")]
fn leave() {}

fn main() {}
