//! Components of a crate of their own: they are in a program that names this crate, and in no other.

use lifecycle::cooperative_task;

/// Has the name of another task, which no compiler can see: they stand in different crates.
#[cooperative_task]
pub async fn orders() {
    println!("ran the other orders");
}
