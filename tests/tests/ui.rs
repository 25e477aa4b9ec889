//! What the compiler says: each file in `ui/` has one fault, and beside it stands the whole text of the error.
//!
//! `TRYBUILD=overwrite cargo test -p lifecycle-tests --test ui` writes the texts anew. They belong to one
//! compiler, the one in rust-toolchain.toml; with any other these tests are ignored.

#[test]
#[cfg_attr(not(pinned_compiler), ignore = "the texts belong to the compiler in rust-toolchain.toml")]
fn each_fault_is_one_error_at_the_users_token() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/task/*.rs");
    cases.compile_fail("ui/resource/*.rs");
    cases.compile_fail("ui/hook/*.rs");
    cases.compile_fail("ui/main/*.rs");
    cases.compile_fail("ui/component/*.rs");
    cases.compile_fail("ui/wiring/*.rs");
}
