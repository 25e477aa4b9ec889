//! A program in which nothing at all is registered.

/// A check of nothing would pass for ever.
#[test]
#[should_panic(expected = "nothing is registered in this program")]
fn a_check_of_nothing_fails() {
    lifecycle::assert_wiring!();
}
