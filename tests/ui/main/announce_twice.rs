#[lifecycle::main(announce = "1s", phases(announce = "2s"))]
async fn main() {}
