#[lifecycle::resource(close = "dispose")]
#[derive(Default)]
struct Database;

impl Database {
    fn dispose(&self) -> u32 {
        5
    }
}

fn main() {}
