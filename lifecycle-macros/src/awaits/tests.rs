use super::*;

fn texts(body: &str) -> Vec<String> {
    let marked = Marks::default().stream(body.parse().unwrap()).to_string();
    let mut rest = &*marked;
    let mut found = Vec::new();
    while let Some(at) = rest.find("Site :: new") {
        rest = &rest[at..];
        let text = &rest[rest.find('"').unwrap() + 1..];
        found.push(text[..text.find("\")").or_else(|| text.find("\" )")).unwrap()].to_owned());
        rest = text;
    }
    found
}

#[test]
fn the_awaited_expression_is_told_as_it_was_written() {
    for (body, expected) in [
        ("client.fetch(id).await?;", "client.fetch(id)"),
        ("let x = self.db.get::<Vec<u8>>(1, 2)?.run().await;", "self.db.get::<Vec<u8>>(1, 2)?.run()"),
        ("return work().await", "work()"),
        ("match queue.recv().await { _ => {} }", "queue.recv()"),
        ("if a && b.ready().await {}", "b.ready()"),
        ("x = y + tokio::time::sleep(S * 2).await", "tokio::time::sleep(S * 2)"),
        ("async move { 1 }.await", "async move { 1 }"),
        ("async { 1 }.await", "async { 1 }"),
        ("handles[at].await", "handles[at]"),
        ("(&mut future).await", "(&mut future)"),
        ("for x in stream.all().await {}", "stream.all()"),
        ("if ready { x } (y).await", "(y)"),
        ("foo!(x).await", "foo!(x)"),
        ("if a {} async { 1 }.await", "async { 1 }"),
    ] {
        assert_eq!(texts(body), [expected], "{body}");
    }
}

#[test]
fn awaits_inside_of_awaits_and_of_groups_are_marked_too() {
    assert_eq!(texts("send(get().await?).await"), ["get()", "send(get().await?)"]);
    // Of what generated code is put in between, no text tells.
    let nested = texts("async { select! { _ = a => {} } }.await");
    assert_eq!(nested, ["select!", "async { select! { _ = a => {} } }"]);
    assert_eq!(texts("loop { a.await; spawn(async { b.await }) }"), ["a", "b"]);
}

#[test]
fn macros_that_wait_are_marked_before_they_are_called() {
    assert_eq!(texts("tokio::select! { _ = a() => {} }"), ["tokio::select!"]);
    assert_eq!(texts("let (a, b) = ::tokio::join!(a(), b());"), ["::tokio::join!"]);
    assert!(texts("tokio::select! { _ = a() => {} }.unwrap()").is_empty());
    assert!(texts("println!(\"select\")").is_empty());
    // There it makes items.
    assert!(texts("extern { select! { _ = a => {} } } impl X { join! { a } }").is_empty());
    assert_eq!(texts("impl X { async fn f() { select! { _ = a => {} } } }"), ["select!"]);
}

#[test]
fn what_is_no_await_stays() {
    for body in ["a..await_it", "x.awaiting()", "await!(x)", "\"x.await\""] {
        let tokens: TokenStream = body.parse().unwrap();
        assert_eq!(Marks::default().stream(tokens.clone()).to_string(), tokens.to_string());
    }
}

#[test]
fn long_expressions_are_cut() {
    let text = &texts(&format!("{}().await", "a".repeat(200)))[0];
    assert_eq!(text.chars().count(), LONGEST + 1);
}

#[test]
fn a_body_without_an_await_is_left_alone() {
    let function: TokenStream = "async fn f() { work() }".parse().unwrap();
    let same = marked(function.clone(), Role::Component, &CratePath::default());
    assert_eq!(same.to_string(), function.to_string());
    let helper = marked(function, Role::Helper, &CratePath::default()).to_string();
    assert!(helper.contains("let _frame = __lifecycle :: frame () ;"), "{helper}");
}

fn made(body: &str) -> String {
    Marks::default().stream(body.parse().unwrap()).to_string()
}

/// Regression: marks of an async block stood in the place of the body's own, and stayed when the block was over.
#[test]
fn an_async_block_has_marks_of_its_own() {
    const BEGINS: &str = "{ let lifecycle_block = __lifecycle :: branch () ;";
    for body in [
        "let stop = async { draining().await; };",
        "run(async move { draining().await }).await",
        "scope(async |tasks: Tasks| { draining().await }).await",
        "scope(async move || { draining().await }).await",
        "tokio::join!(server(), async { draining().await })",
        "let stop = || async { draining().await };",
    ] {
        let made = made(body);
        assert!(made.contains(BEGINS), "{made}");
        assert_eq!(made.matches(BEGINS).count(), 1, "{made}");
        assert!(made.contains("draining () . __lifecycle_in ("), "{made}");
    }
    let outer = made("run(async move { draining().await }).await");
    assert!(outer.contains("}) . __lifecycle_at ("), "{outer}");
    let waits = made("async { tokio::select! { _ = a() => {} } }");
    assert!(waits.contains("lifecycle_block . mark ("), "{waits}");
}

#[test]
fn a_block_without_an_await_of_its_own_begins_nothing_and_a_function_in_one_knows_nothing_of_it() {
    assert!(!made("async { 1 }").contains("branch"));
    let inner = made("async { async { a.await } }");
    assert_eq!(inner.matches("branch ()").count(), 1, "{inner}");
    let function = made("async { async fn inner() { a.await } }");
    assert!(function.contains("a . __lifecycle_at (") && !function.contains("branch"), "{function}");
    // What is no block is a part of the one around it.
    let loops = made("async { loop { if a.await { break } } }");
    assert_eq!(loops.matches("branch ()").count(), 1, "{loops}");
}
