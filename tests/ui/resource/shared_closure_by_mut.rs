#[lifecycle::resource(close = |it: &mut Database| drop(it), shared = true)]
#[derive(Default)]
struct Database;

fn main() {}
