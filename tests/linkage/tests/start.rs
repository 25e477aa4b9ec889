//! The same, found when a program starts.

use std::process::{Command, Output};

fn run(program: &str, describe: Option<&str>) -> Output {
    let mut command = Command::new(program);
    command.env_remove("LIFECYCLE_DESCRIBE");
    command.envs(describe.map(|format| ("LIFECYCLE_DESCRIBE", format)));
    command.output().expect("cargo has built it")
}

#[test]
fn a_program_that_expects_a_dropped_crate_does_not_start() {
    for describe in [None, Some("text")] {
        let output = run(env!("CARGO_BIN_EXE_dropped"), describe);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(78), "{stderr}");
        assert!(stderr.contains("dropped.rs:4: crate `lifecycle_linkage` has registered nothing"), "{stderr}");
        assert!(stderr.contains("use lifecycle_linkage as _;"), "{stderr}");
        assert_eq!(output.stdout, b"", "something ran");
    }
}

#[test]
fn a_program_that_links_it_has_what_it_registers() {
    let output = run(env!("CARGO_BIN_EXE_linked"), Some("text"));
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(stdout.contains("distant_work") && stdout.contains("distant_store"), "{stdout}");
    assert_eq!(run(env!("CARGO_BIN_EXE_linked"), None).status.code(), Some(0));
}
