#[lifecycle::main(flavor = "single")]
async fn main() {}
