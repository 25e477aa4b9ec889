#[lifecycle::resource(open = 5)]
#[derive(Default)]
struct Database;

fn main() {}
