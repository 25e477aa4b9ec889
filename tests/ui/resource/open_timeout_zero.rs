#[lifecycle::resource(open_timeout = "0s")]
#[derive(Default)]
struct Database;

fn main() {}
