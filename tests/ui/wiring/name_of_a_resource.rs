#[lifecycle::resource]
#[derive(Default)]
struct HttpServer;

#[lifecycle::shutdown_hook(phase = "announce", name = "http_server")]
async fn leave() {}

fn main() {}
