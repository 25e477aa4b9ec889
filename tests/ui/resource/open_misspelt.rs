#[lifecycle::resource(open = "conect")]
struct Database;

impl Database {
    async fn connect() -> Self {
        Self
    }
}

fn main() {}
