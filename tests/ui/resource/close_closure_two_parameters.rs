#[lifecycle::resource(close = |it, how| it.end(how))]
#[derive(Default)]
struct Database;

fn main() {}
