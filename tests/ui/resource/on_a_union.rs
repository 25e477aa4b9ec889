#[lifecycle::resource]
union Database {
    a: u8,
}

fn main() {}
