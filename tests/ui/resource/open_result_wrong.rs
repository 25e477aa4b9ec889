#[lifecycle::resource(open = "connect")]
struct Database;

impl Database {
    async fn connect() -> u32 {
        5
    }
}

fn main() {}
