#[lifecycle::shutdown_hook]
async fn leave() {}

fn main() {}
