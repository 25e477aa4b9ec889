#[lifecycle::resource(close = "dispose")]
#[derive(Default)]
struct Database;

impl Database {
    async fn dispose(&self) -> u32 {
        5
    }
}

fn main() {}
