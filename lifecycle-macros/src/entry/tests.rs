use super::{main_fn, test_fn};
use crate::testing::{accepts, faults, refuses, run};

const MAIN: &str = "async fn main(shutdown: Shutdown) -> Result<(), AppError> { Ok(()) }";

fn main_made(args: &str) -> String {
    accepts(main_fn::attribute, args, MAIN)
}

#[track_caller]
fn main_refuses(args: &str, words: &[&str]) {
    refuses(main_fn::attribute, args, MAIN, words);
}

#[test]
fn main_becomes_sync_and_keeps_the_async_one_inside() {
    let made = accepts(main_fn::attribute, "", &format!("#[allow(x)] pub {MAIN}"));
    assert!(made.starts_with("# [allow (x)] pub fn main () { async fn main (shutdown : Shutdown)"), "{made}");
    assert!(made.contains("__lifecycle :: main (& __LIFECYCLE_MAIN)"), "{made}");
}

#[test]
fn each_option_of_main_reaches_the_settings() {
    for (args, expected) in [
        ("timeout = \"20s\"", "timeout : __lifecycle :: Option :: Some"),
        ("flavor = \"current_thread\"", "Flavor :: CurrentThread"),
        ("flavor = \"multi_thread\", worker_threads = 3", "Option :: Some (3usize)"),
        ("announce = \"1s\"", "announce : __lifecycle :: Option :: Some"),
        ("phases(announce = \"1s\")", "announce : __lifecycle :: Option :: Some"),
        ("phases(stop_new_work = \"1s\",)", "stop_new_work : __lifecycle :: Option :: Some"),
        ("phases(complete_current = \"1s\")", "complete_current : __lifecycle :: Option :: Some"),
        ("phases(cancel_tasks = \"0s\")", "cancel_tasks : __lifecycle :: Option :: Some"),
        ("phases(force_cleanup = \"1s\")", "force_cleanup : __lifecycle :: Option :: Some"),
        ("expected = [\"my_tasks\", \"my-parts\"]", "expected : & [\"my_tasks\" , \"my-parts\"]"),
        (
            "on_shutdown = \"cancel\"",
            "on_shutdown : __lifecycle :: Option :: Some (__lifecycle :: OnShutdown :: Cancel)",
        ),
        ("on_shutdown = \"fail\"", "on_shutdown : __lifecycle :: Option :: Some (__lifecycle :: OnShutdown :: Fail)"),
        ("crate = a", "use a :: __private as __lifecycle"),
        ("timeout = \"10s\", phases(stop_new_work = \"4s\", force_cleanup = \"6s\")", "MainTakes < main >> :: TAKES"),
    ] {
        let made = main_made(args);
        assert!(made.contains(expected), "{args}: {expected} is not in {made}");
    }
}

#[test]
fn faults_of_main_are_told_on_the_spot() {
    for (args, words) in [
        ("timeout = \"0s\"", "`timeout` is zero"),
        ("worker_threads = 0", "`worker_threads` is zero"),
        ("flavor = \"current_thread\", worker_threads = 2", "`worker_threads` has no meaning"),
        ("flavor = \"single\"", "legal: \"multi_thread\", \"current_thread\""),
        ("on_shutdown = \"finish\"", "there is no \"finish\"; legal: \"cancel\", \"fail\""),
        ("phases = 5", "`phases` has no value; write `phases(stop_new_work = \"2s\")`"),
        ("phases(drain = \"1s\")", "unknown option `drain` for `phases` of #[lifecycle::main]"),
        ("expected = \"my_tasks\"", "`expected` takes a list of strings"),
        ("expected = [my_tasks]", "`expected`: the name of a crate is a string; write it in quotes"),
        ("expected = [\"my tasks\"]", "`expected`: the name of a crate has letters, digits, `_` and `-`"),
        ("expected = [\"a\", \"a\"]", "\"a\" is listed twice"),
        ("phases(force_cleanup = \"0s\")", "resources could not close"),
        ("announce = \"1s\", phases(announce = \"1s\")", "`announce` is given twice"),
        (
            "timeout = \"5s\", phases(stop_new_work = \"2s\", cancel_tasks = \"4s\")",
            "the phases add up to 6s, more than the `timeout` of 5s",
        ),
        (
            "phases(stop_new_work = \"20s\", cancel_tasks = \"20s\")",
            "the phases add up to 40s, more than the usual total of 30s",
        ),
        ("announce = \"31s\"", "the phases add up to 31s"),
        ("timeout = \"5s\", phases(cancel_tasks = \"5s\")", "use up the whole `timeout` of 5s"),
        ("timeout = \"x\", phases(cancel_tasks = \"50s\")", "not a duration"),
    ] {
        main_refuses(args, &[words]);
    }
    main_refuses(
        "timeout = \"0s\", worker_threads = 0, phases(x = 1, force_cleanup = \"0s\")",
        &["timeout", "worker", "`x`", "close"],
    );
}

#[test]
fn what_is_no_main_is_refused() {
    for (item, words) in [
        ("async fn start() {}", "must be named `main`"),
        ("async fn main<T>() {}", "cannot be generic"),
        ("async fn main(a: &str) {}", "handed over by value"),
        ("struct Main;", "put it on `async fn main` or `fn main`"),
    ] {
        refuses(main_fn::attribute, "", item, &[words]);
    }
}

#[test]
fn a_sync_main_blocks_and_cannot_be_dropped() {
    let made = accepts(main_fn::attribute, "", "fn main(shutdown: Shutdown) {}");
    assert!(made.contains("blocking : true") && made.contains("| a0 , | async move { main (a0 ,) }"), "{made}");
    assert!(!made.contains("MainSends"), "{made}");
    assert!(accepts(main_fn::attribute, "", MAIN).contains("blocking : false"));
    accepts(main_fn::attribute, "on_shutdown = \"fail\"", "fn main() {}");
    refuses(main_fn::attribute, "on_shutdown = \"cancel\"", "fn main() {}", &["needs an `async fn main`"]);
}

/// The compiler refuses an async `main`, which would be noise after a fault of ours.
#[test]
fn a_faulty_main_is_emitted_sync() {
    let made = run(main_fn::attribute, "timeout = 5", MAIN).to_string();
    assert!(made.starts_with("fn main () {"), "{made}");
}

#[test]
fn a_test_is_a_test_of_the_standard_harness() {
    let made = accepts(test_fn::attribute, "", "#[ignore] async fn works(app: AppBuilder) -> Result<(), E> { Ok(()) }");
    let head = "# [:: core :: prelude :: v1 :: test] # [ignore] fn works () { async fn works (app : AppBuilder)";
    assert!(made.starts_with(head), "{made}");
    assert!(made.contains("name : \"works\"") && made.contains("__lifecycle :: run (works ("), "{made}");
    assert!(accepts(test_fn::attribute, "crate = a", "async fn works() {}").contains("run (works () ,"));
}

#[test]
fn faults_of_a_test_are_told_on_the_spot() {
    for (args, item, words) in [
        ("", "fn works() {}", "add `async`"),
        ("", "async fn works(a: A, b: B) {}", "one parameter at most"),
        ("", "#[test] async fn works() {}", "remove the other one"),
        ("", "async fn works(a: &A) {}", "by value"),
        ("timeout = \"1s\"", "async fn works() {}", "unknown option `timeout` for #[lifecycle::test]; legal: crate"),
    ] {
        refuses(test_fn::attribute, args, item, &[words]);
    }
    let found = faults(run(test_fn::attribute, "x = 1", "unsafe fn works<T>(a: A, b: B, c: C) {}"));
    assert_eq!(found.len(), 6, "{found:#?}");
}

#[test]
fn another_runtime_is_one_too_many() {
    let made = run(main_fn::attribute, "", "#[tokio::main(flavor = \"x\")] async fn main() {}");
    assert_eq!(faults(made.clone()), ["main: `#[lifecycle::main]` builds the runtime already; remove the other one"]);
    assert!(!made.to_string().contains("tokio"), "it would complain about what is left");
}
