#[lifecycle::resource(close_timeout = "0s")]
#[derive(Default)]
struct Database;

fn main() {}
