#[lifecycle::main(timeout = "10s", phases(cancel_tasks = "10s"))]
async fn main() {}
