use crate::testing::{accepts, faults, refuses, run};
use crate::{component, entry, hook, task};

const WORDS: &str = "this loop has no `.await`, so shutdown cannot interrupt it";

fn endless(body: &str) {
    refuses(task::attribute, "", &format!("async fn f() {{ {body} }}"), &[WORDS]);
}

fn fine(body: &str) {
    accepts(task::attribute, "", &format!("async fn f() {{ {body} }}"));
}

#[test]
fn a_loop_in_which_nothing_waits_is_a_fault() {
    for body in [
        "loop {}",
        "loop { work(); std::thread::sleep(d) }",
        "loop { println!(\"{}\", x); tracing::info!(x, \"y\"); }",
        "while true { work() }",
        "while (true) { work() }",
        "if a { match b { _ => { 'a: loop { continue 'a } } } }",
        "loop { for x in y { break } }",
        "loop { while x() { break } }",
        "loop { 'a: { break 'a; } }",
        "loop { 'a: loop { break 'a } }",
        "loop { let x = || return; x(); }",
        "loop { let x = async { y.await? }; drop(x) }",
        "loop { fn x() { return } }",
        "async { loop { work() } }.await",
        "loop { wait().await; loop { work() } }",
    ] {
        endless(body);
    }
}

#[test]
fn a_loop_that_waits_or_can_be_left_is_fine() {
    for body in [
        "loop { wait().await }",
        "loop { if a { break } }",
        "loop { if a { return; } }",
        "loop { work()?; }",
        "'a: loop { loop { break 'a } }",
        "'a: loop { loop { x.await; continue 'a } }",
        "'a: { loop { break 'a } }",
        "loop { tokio::select! { _ = a => {} } }",
        "loop { join!(a, b); }",
        "loop { anything!() }",
        "loop { println!(\"{}\", x.await) }",
        "loop { let Some(x) = y else { break }; }",
        "loop { match x() { Ok(_) => {} Err(_) => std::process::exit(3) } }",
        "for x in y { work() }",
        "while work() {}",
        "while let Some(x) = y() {}",
        "spawn(async { loop { work() } })",
        "spawn(move || loop { work() })",
        "fn inner() { loop {} }",
        "if false { let x: u8 = loop {}; return x; }",
        "loop { async { wait().await }.await }",
    ] {
        fine(body);
    }
}

/// What mends the inner loop mends the outer one.
#[test]
fn of_nested_loops_the_inner_one_is_named() {
    endless("loop { loop { work() } }");
    endless("loop { if a { loop { work() } } }");
    refuses(task::attribute, "", "async fn f() { loop { work() } while true {} }", &[WORDS, WORDS]);
}

#[test]
fn it_can_be_meant() {
    accepts(task::attribute, "unstoppable = true", "async fn f() { loop {} }");
    accepts(hook::attribute, "phase = \"announce\", unstoppable = true", "async fn f() { loop {} }");
    accepts(entry::main_fn::attribute, "unstoppable = true", "async fn main() { loop {} }");
    refuses(task::attribute, "unstoppable = false", "async fn f() { loop {} }", &[WORDS]);
}

#[test]
fn hooks_main_and_methods_are_looked_into_as_well() {
    refuses(hook::attribute, "phase = \"announce\"", "async fn f() { loop {} }", &[WORDS]);
    refuses(entry::main_fn::attribute, "", "async fn main() { loop {} }", &[WORDS]);
    refuses(component::attribute, "", "impl X { #[cooperative_task] async fn f(&self) { loop {} } }", &[WORDS]);
}

/// The compiler has more to say about it than we have.
#[test]
fn a_body_that_does_not_parse_is_left_alone() {
    let made = run(task::attribute, "", "async fn f() { loop { let x = ; } }");
    assert!(faults(made).is_empty());
}
