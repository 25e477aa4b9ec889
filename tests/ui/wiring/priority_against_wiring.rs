use lifecycle::{Res, resource};

#[resource(priority = 5)]
#[derive(Default)]
struct Database;

#[resource(open = "open")]
struct Cache;

impl Cache {
    fn open(_: Res<Database>) -> Self {
        Self
    }
}

fn main() {}
