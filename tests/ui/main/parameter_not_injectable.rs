#[lifecycle::main]
async fn main(_: Vec<String>) {}
