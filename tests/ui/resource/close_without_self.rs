#[lifecycle::resource(close = "dispose")]
#[derive(Default)]
struct Database;

impl Database {
    async fn dispose() {}
}

fn main() {}
