use crate::component::attribute as component;
use crate::testing::{accepts, faults, refuses, run};

#[test]
fn methods_are_registered_and_lose_our_attributes() {
    let item = "impl a::Prober {
        const LIMIT: Limit = Limit { n: 1 };
        #[lifecycle::cooperative_task(interval = \"30s\")]
        /// Probes.
        pub async fn probe(&self, db: Res<Self>) -> Result<(), E> { Ok(()) }
        #[shutdown_hook(phase = \"announce\")]
        async fn leave(self: &Self) {}
        fn plain(&mut self) {}
        other! { x }
    }";
    let made = accepts(component, "", item);
    assert!(!made.contains("cooperative_task") && !made.contains("shutdown_hook"), "{made}");
    assert!(made.contains("type __LifecycleOwner = a :: Prober ;"), "{made}");
    assert!(made.contains("< __LifecycleOwner > :: probe (& this , a0 ,) . await"), "{made}");
    assert!(made.contains("| this : __lifecycle :: Res < __LifecycleOwner > , a0 , | async move"), "{made}");
    assert!(made.contains("TaskTakes < probe >> :: TAKES"), "{made}");
    assert!(made.contains("< __LifecycleOwner as __lifecycle :: Owner > :: TAKES"), "{made}");
    assert!(made.contains("Registration :: Hook"), "{made}");
    assert!(made.contains("fn plain (& mut self) { }") && made.contains("other ! { x }"), "{made}");
}

#[test]
fn the_crate_of_the_block_holds_for_its_methods() {
    let made = accepts(component, "crate = a", "impl X { #[cooperative_task] async fn run(&self) {} }");
    assert!(made.contains("use a :: __private as __lifecycle"), "{made}");
    let made = accepts(component, "crate = a", "impl X { #[cooperative_task(crate = b)] async fn run(&self) {} }");
    assert!(made.contains("use b :: __private as __lifecycle"), "{made}");
}

#[test]
fn conditions_of_block_and_method_apply_to_the_registration() {
    let item = "#[cfg(a)] impl X { #[cooperative_task] #[cfg(b)] async fn run(&self) {} }";
    let made = accepts(component, "", item);
    assert!(made.contains("# [cfg (a)] # [cfg (b)] const _"), "{made}");
}

#[test]
fn faults_are_told_on_the_spot() {
    for (item, words) in [
        ("impl X { #[cooperative_task] async fn run(&mut self) {} }", "it can only have `&self`"),
        ("impl X { #[cooperative_task] async fn run(self) {} }", "it can only have `&self`"),
        ("impl X { #[cooperative_task] async fn run(self: Arc<Self>) {} }", "it can only have `&self`"),
        ("impl X { #[cooperative_task] async fn run() {} }", "it has no `&self`"),
        ("impl X { #[cooperative_task] fn run(&self) {} }", "add `async`"),
        ("impl X { #[cooperative_task = 5] async fn run(&self) {} }", "write `#[cooperative_task(…)]`"),
        ("impl X { #[shutdown_hook] async fn run(&self) {} }", "needs a phase"),
        ("impl<T> X<T> { #[cooperative_task] async fn run(&self) {} }", "cannot be generic"),
        ("impl Y for X { #[cooperative_task] async fn run(&self) {} }", "impl of a trait"),
        ("impl X { #[cooperative_task] #[cooperative_task] async fn run(&self) {} }", "one task or one hook"),
        ("struct X;", "it stands on a `struct`"),
        ("fn x() {}", "it stands on a `fn`"),
    ] {
        refuses(component, "", item, &[words]);
    }
    refuses(component, "priority = 1", "impl X {}", &["unknown option `priority` for #[component]; legal: crate"]);
}

#[test]
fn a_faulty_method_keeps_the_others() {
    let item = "impl X {
        #[cooperative_task(intervall = \"1s\")] async fn first(&self) {}
        #[cooperative_task] async fn second(&self) {}
        #[cooperative_task(priority = \"a\")] async fn third(&mut self) {}
    }";
    let tokens = run(component, "", item);
    let found = faults(tokens.clone());
    assert_eq!(found.len(), 3, "{found:#?}");
    let made = tokens.to_string();
    assert!(made.contains("second (& this") && made.contains("fn first") && made.contains("fn third"), "{made}");
    assert!(!made.contains("first (& this"), "{made}");
}

/// rustc has not yet looked at the conditions of methods when the block is read.
#[test]
fn what_is_not_compiled_has_no_faults() {
    let item = "#[cfg(a)] impl X { #[cfg(b)] #[cooperative_task(interval = 5)] async fn run(&self) {} }";
    let made = run(component, "", item).to_string();
    assert!(made.contains("# [cfg (a)] # [cfg (b)] :: core :: compile_error !"), "{made}");
}
