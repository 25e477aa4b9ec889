#[lifecycle::shutdown_hook(phase = "anounce")]
async fn leave() {}

fn main() {}
