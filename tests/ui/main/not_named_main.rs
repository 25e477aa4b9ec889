#[lifecycle::main]
async fn run() {}

fn main() {}
