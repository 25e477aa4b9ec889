#[lifecycle::resource(close = |_| 5)]
#[derive(Default)]
struct Database;

fn main() {}
