//! What a program takes in with the runtime crate.

use std::collections::BTreeSet;
use std::process::Command;

#[test]
fn the_runtime_crate_alone_brings_fewer_than_35_crates() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "-p", "lifecycle", "--no-default-features", "-e", "normal", "--prefix", "none", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8_lossy(&tree.stdout);
    let crates: BTreeSet<&str> =
        tree.lines().filter_map(|line| line.split(' ').next()).filter(|name| !name.is_empty()).collect();
    assert!(crates.contains("tokio"), "it stands on tokio:\n{tree}");
    assert!(crates.len() < 35, "{} crates:\n{tree}", crates.len());
}
