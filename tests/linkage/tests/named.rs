//! A program that names the crate by `link!` has what it registers.

use lifecycle::{App, Format};

lifecycle::link!(lifecycle_linkage);

#[test]
fn the_wiring_holds() {
    lifecycle::assert_wiring!();
}

#[test]
fn the_crate_is_there_under_both_of_its_names() {
    lifecycle::assert_wiring!(expected = ["lifecycle_linkage", "lifecycle-linkage"]);
}

#[test]
fn what_it_registers_is_part_of_the_program() {
    let app = App::builder().registered().expected(["lifecycle_linkage"]).environment(false).build().unwrap();
    let text = app.describe(Format::Text);
    assert!(text.contains("distant_work") && text.contains("distant_store"), "{text}");
}
