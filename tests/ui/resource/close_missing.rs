#[lifecycle::resource(close = "dispose")]
#[derive(Default)]
struct Database;

fn main() {}
