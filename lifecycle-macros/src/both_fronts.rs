//! What the attributes refuse of the options that the builder refuses too: the same, in the same words.

#[path = "../../lifecycle/rules/refused.rs"]
mod refused;

use self::refused::{HOOKS, MAIN, RESOURCES, Row, TASKS};
use crate::testing::{Attribute, faults, run};

#[track_caller]
fn check(attribute: Attribute, subject: &str, begin: &str, item: fn(&str) -> &'static str, rows: &[Row]) {
    for (options, expected) in rows {
        let expected: Vec<_> = expected.iter().map(|fault| format!("{subject}: {fault}")).collect();
        let found = faults(run(attribute, &format!("{begin}{options}"), item(options)));
        assert_eq!(found, expected, "{options}");
    }
}

#[test]
fn the_attributes_refuse_what_both_fronts_refuse() {
    let task = |options: &str| if options.contains("blocking") { "fn it() {}" } else { "async fn it() {}" };
    check(crate::task::attribute, "task `it`", "", task, TASKS);
    check(crate::hook::attribute, "hook `it`", "phase = \"stop_new_work\", ", |_| "async fn it() {}", HOOKS);
    check(crate::resource::attribute, "resource `It`", "", |_| "struct It;", RESOURCES);
    check(crate::entry::main_fn::attribute, "main", "", |_| "async fn main() {}", MAIN);
}
