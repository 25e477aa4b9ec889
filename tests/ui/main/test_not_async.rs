#[lifecycle::test]
fn drains() {}

fn main() {}
