mod db {}

#[lifecycle::resource(open = db::connect)]
struct Database;

fn main() {}
