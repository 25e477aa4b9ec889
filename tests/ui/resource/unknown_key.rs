#[lifecycle::resource(opn = "connect")]
#[derive(Default)]
struct Database;

fn main() {}
