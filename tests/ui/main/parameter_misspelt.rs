#[lifecycle::main]
async fn main(_: Shutdwn) {}
