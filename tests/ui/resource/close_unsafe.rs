#[lifecycle::resource(close = "dispose")]
#[derive(Default)]
struct Database;

impl Database {
    unsafe fn dispose(self) {}
}

fn main() {}
