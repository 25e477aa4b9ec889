//! The demo shows what it says.

use lifecycle_tests::driver::Program;

#[test]
fn the_demo_ends_well_and_leaves_nothing_behind() {
    let ended = Program::at(env!("CARGO_BIN_EXE_localzure")).arg("--demo").without_report().start().end();
    ended.exits(0);
    let verdict = "SIGTERM left no request without an answer, SIGKILL lost nothing that was acknowledged";
    assert!(ended.out.contains(verdict), "{ended:#?}");
}
