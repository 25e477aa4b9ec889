#[lifecycle::main(timeout = "0s")]
async fn main() {}
