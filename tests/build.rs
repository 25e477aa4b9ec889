//! Tells the UI tests whether this compiler is the one that their texts were written down from.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

fn main() {
    let file = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../rust-toolchain.toml");
    println!("cargo::rerun-if-changed={}", file.display());
    println!("cargo::rustc-check-cfg=cfg(pinned_compiler)");
    let pinned = fs::read_to_string(&file).ok().and_then(|text| channel(&text));
    if pinned.is_some_and(|pinned| version().is_some_and(|version| version == pinned)) {
        println!("cargo::rustc-cfg=pinned_compiler");
    }
}

/// `channel = "1.95.0"`.
fn channel(text: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix("channel"))?;
    Some(line.trim_matches([' ', '=', '"']).to_owned())
}

/// The second word of `rustc 1.95.0 (…)`.
fn version() -> Option<String> {
    let rustc = env::var_os("RUSTC")?;
    let output = Command::new(rustc).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace().nth(1).map(str::to_owned)
}
