//! Names the crate that registers, and expects it.

lifecycle::link!(lifecycle_linkage);

#[lifecycle::main(expected = ["lifecycle-linkage"])]
async fn main() {}
