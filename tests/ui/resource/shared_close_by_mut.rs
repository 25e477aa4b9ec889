#[lifecycle::resource(close = "dispose", shared = true)]
#[derive(Default)]
struct Database;

impl Database {
    async fn dispose(&mut self) {}
}

fn main() {}
