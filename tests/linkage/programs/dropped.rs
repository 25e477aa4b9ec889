//! Expects a crate that it does not name.

#[lifecycle::main(expected = ["lifecycle_linkage"])]
async fn main() {
    println!("it runs");
}
