#[lifecycle::resource]
#[derive(Default)]
struct Database(std::cell::Cell<u8>);

fn main() {}
