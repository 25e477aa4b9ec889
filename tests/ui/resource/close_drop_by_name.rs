#[lifecycle::resource(close = "drop")]
#[derive(Default)]
struct Database;

fn main() {}
