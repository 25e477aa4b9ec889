#[lifecycle::resource(blocking = "yes")]
#[derive(Default)]
struct Database;

fn main() {}
