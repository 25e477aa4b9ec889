fn shut_down(_: Database) {}

#[lifecycle::resource(close = shut_down, shared = true)]
#[derive(Default)]
struct Database;

fn main() {}
