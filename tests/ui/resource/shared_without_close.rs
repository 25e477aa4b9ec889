#[lifecycle::resource(shared = true)]
#[derive(Default)]
struct Database;

fn main() {}
