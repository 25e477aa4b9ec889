#[lifecycle::resource(open = "connect")]
struct Database;

impl Database {
    fn connect() -> u32 {
        5
    }
}

fn main() {}
