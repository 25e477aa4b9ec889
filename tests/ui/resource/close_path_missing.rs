#[lifecycle::resource(close = shut_down)]
#[derive(Default)]
struct Database;

fn main() {}
