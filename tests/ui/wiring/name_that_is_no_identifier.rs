#[lifecycle::cooperative_task(name = "http server")]
async fn serve() {}

#[lifecycle::cooperative_task(name = "http server")]
async fn serve_again() {}

fn main() {}
