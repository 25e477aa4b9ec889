#[lifecycle::main(phases = "10s")]
async fn main() {}
