#[lifecycle::resource(open = "connect")]
struct Database;

impl Database {
    async fn connect(_: u32) -> Self {
        Self
    }
}

fn main() {}
