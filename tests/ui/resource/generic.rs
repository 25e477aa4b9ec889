#[lifecycle::resource]
#[derive(Default)]
struct Database<T>(T);

fn main() {}
