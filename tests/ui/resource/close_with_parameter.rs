#[lifecycle::resource(close = "dispose")]
#[derive(Default)]
struct Database;

impl Database {
    async fn dispose(&self, _: u32) {}
}

fn main() {}
