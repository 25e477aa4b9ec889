#[lifecycle::resource(close = |it: &Databse| drop(it))]
#[derive(Default)]
struct Database;

fn main() {}
