#[lifecycle::resource(open = || 5)]
struct Database;

fn main() {}
