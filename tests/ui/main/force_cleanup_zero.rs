#[lifecycle::main(phases(force_cleanup = "0s"))]
async fn main() {}
