#[lifecycle::resource]
struct Database;

fn main() {}
