#[lifecycle::resource(open = "connect")]
struct Database;

impl Database {
    async fn connect(self) -> Self {
        self
    }
}

fn main() {}
