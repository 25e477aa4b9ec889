#[lifecycle::resource(close = Self::dispos)]
#[derive(Default)]
struct Database;

impl Database {
    async fn dispose(&self) {}
}

fn main() {}
