#[lifecycle::main(phases(cancel = "5s"))]
async fn main() {}
