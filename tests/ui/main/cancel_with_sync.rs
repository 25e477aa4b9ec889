#[lifecycle::main(on_shutdown = "cancel")]
fn main() {}
