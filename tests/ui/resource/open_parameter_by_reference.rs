#[lifecycle::resource(open = "connect")]
struct Database;

impl Database {
    async fn connect(_: &lifecycle::Shutdown) -> Self {
        Self
    }
}

fn main() {}
