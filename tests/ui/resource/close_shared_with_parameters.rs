#[lifecycle::resource(close = "dispose", shared = true)]
#[derive(Default)]
struct Database;

impl Database {
    async fn dispose(&self, _: u32, _: impl Into<String>) {}
}

fn main() {}
