#[lifecycle::resource(open = "connect")]
struct Database;

fn main() {}
