use crate::hook::attribute as hook;
use crate::testing::{accepts, refuses};

const PLAIN: &str = "async fn leave(db: Res<Database>) {}";

#[test]
fn each_option_reaches_the_settings() {
    for (args, expected) in [
        ("phase = \"announce\"", "Phase :: Announce"),
        ("phase = \"stop_new_work\"", "Phase :: StopNewWork"),
        ("phase = \"complete_current\"", "Phase :: CompleteCurrent"),
        ("phase = \"cancel_tasks\"", "Phase :: CancelTasks"),
        ("phase = \"force_cleanup\"", "Phase :: ForceCleanup"),
        ("phase = \"announce\", priority = -1", "priority : - 1i32 ,"),
        ("phase = \"announce\", timeout = \"1s\"", "settings . timeout = __lifecycle :: Option :: Some"),
        ("phase = \"announce\", name = \"x\"", "name : \"x\""),
        ("phase = \"announce\", tags = [\"a\"]", "tags : & [\"a\"] ,"),
        ("phase = \"announce\", crate = a", "use a :: __private as __lifecycle"),
    ] {
        let made = accepts(hook, args, PLAIN);
        assert!(made.contains(expected), "{args}: {expected} is not in {made}");
    }
}

/// A misspelt option is one fault: it is not missing as well.
#[test]
fn a_misspelt_phase_is_not_missing() {
    refuses(hook, "phas = \"announce\"", PLAIN, &["did you mean `phase`?"]);
}

#[test]
fn faults_are_told_on_the_spot() {
    let all = "\"announce\", \"stop_new_work\", \"complete_current\", \"cancel_tasks\", \"force_cleanup\"";
    refuses(hook, "", PLAIN, &[all]);
    refuses(hook, "phase = \"cleanup\"", PLAIN, &[all]);
    refuses(hook, "phase = announce", PLAIN, &["`phase` takes one of"]);
    refuses(hook, "phase = \"announce\", timeout = \"0s\"", PLAIN, &["`timeout` is zero"]);
    refuses(
        hook,
        "phase = \"announce\", interval = \"1s\"",
        PLAIN,
        &["unknown option `interval` for #[shutdown_hook]"],
    );
    refuses(hook, "phase = \"announce\"", "fn leave() {}", &["add `async`"]);
    refuses(hook, "phase = \"announce\"", "enum Leave {}", &["it stands on an `enum`"]);
    refuses(
        hook,
        "priority = 1.5",
        "fn leave<T>(self) {}",
        &["needs a phase", "an integer", "`async`", "generic", "component"],
    );
}
