fn shut_down(_: u32) {}

#[lifecycle::resource(close = shut_down)]
#[derive(Default)]
struct Database;

fn main() {}
