#[lifecycle::main(timeout = "10s", phases(cancel_tasks = "12s"))]
async fn main() {}
