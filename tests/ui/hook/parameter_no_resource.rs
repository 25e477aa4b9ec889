struct Registry;

#[lifecycle::shutdown_hook(phase = "announce")]
async fn leave(_: lifecycle::Res<Registry>) {}

fn main() {}
