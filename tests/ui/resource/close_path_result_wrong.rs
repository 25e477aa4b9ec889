fn shut_down(_: Database) -> u32 {
    5
}

#[lifecycle::resource(close = shut_down)]
#[derive(Default)]
struct Database;

fn main() {}
