#[lifecycle::resource(close = "dispose", shared = true)]
#[derive(Default)]
struct Database;

impl Database {
    async fn dispose(self) {}
}

fn main() {}
