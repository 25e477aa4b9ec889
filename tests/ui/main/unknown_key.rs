#[lifecycle::main(time_out = "5s")]
async fn main() {}
