use lifecycle::{Res, resource};

#[resource(open = "open")]
struct Database;

impl Database {
    async fn open(_: Res<Database>) -> Self {
        Self
    }
}

fn main() {}
