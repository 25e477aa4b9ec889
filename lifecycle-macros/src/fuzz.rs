//! No tokens, however wild, make an attribute panic, and what it makes without a fault is Rust.
//!
//! `LIFECYCLE_FUZZ_ROUNDS` sets how many inputs there are, `LIFECYCLE_FUZZ_SEED` which ones.

mod options;
mod wild;

use std::time::Instant;

use proc_macro2::TokenStream;

use crate::testing::{Attribute, Rng, faults};
use crate::{component, entry, hook, resource, task};

use self::options::options;
use self::wild::{mangled, stream};

/// An attribute, the keys that it knows, and items that it may stand on.
struct Home {
    attribute: Attribute,
    keys: &'static [&'static str],
    items: &'static [&'static str],
}

const HOMES: [Home; 6] = [
    Home {
        attribute: task::attribute,
        keys: &[
            "interval",
            "failure_threshold",
            "on_failure",
            "on_recovery",
            "name",
            "priority",
            "jitter",
            "missed",
            "timeout",
            "on_shutdown",
            "initial_delay",
            "stop_timeout",
            "tags",
            "unstoppable",
            "restart",
            "backoff",
            "max_restarts",
            "instances",
            "traced",
            "crate",
        ],
        items: &[
            "async fn f() { loop { work(); } }",
            "async fn f(a: Res<Db>, mut b: Shutdown) -> Result<(), String> { for x in y { while z {} } Ok(()) }",
            "async fn f() { 'a: loop { loop { break 'a } while true { println!(\"{}\", x.await) } } }",
            "async fn f() { if false { loop {} } async { loop { select! { _ = a => {} } } }.await; |x| loop {}; }",
            "#[deprecated] #[expect(unused)] #[cfg_attr(unix, cfg(x))] async fn f() -> ! { loop {} }",
            "#[cfg(unix)] pub fn f<T>(&self, #[cfg(x)] mut b: &str, c: impl Clone) {}",
            "unsafe extern \"C\" fn f(n: u8, ...) -> !;",
        ],
    },
    Home {
        attribute: resource::attribute,
        keys: &[
            "open",
            "close",
            "shared",
            "name",
            "blocking",
            "priority",
            "open_timeout",
            "close_timeout",
            "tags",
            "crate",
        ],
        items: &[
            "pub struct HttpServer;",
            "#[derive(Default)] struct Db(Pool);",
            "enum E { A, B }",
            "struct Db<T> { a: T }",
        ],
    },
    Home {
        attribute: component::attribute,
        keys: &["crate"],
        items: &[
            "impl Db { #[cooperative_task(interval = \"1s\")] async fn a(&self) { a.await } const X: u8 = { 1 }; m! { } type Y = u8; }",
            "impl Db { #[shutdown_hook(phase = \"announce\")] async fn a(self: &Self) {} #[cooperative_task] #[shutdown_hook] fn b(); }",
            "impl Db { #[cooperative_task(interval = \"1s\", failure_threshold = 1, on_failure = \"b\")] async fn a(&self) {} async fn b(&self, a: A) {} }",
            "impl<T> A<T> for B { #[shutdown_hook] fn a(self) }",
            "impl r#Db where Self: Sized { #[a::cooperative_task = 5] async fn r#fn(&self, a: Res<Self>) { loop {} } }",
        ],
    },
    Home {
        attribute: hook::attribute,
        keys: &["phase", "priority", "timeout", "name", "tags", "unstoppable", "traced", "crate"],
        items: &["async fn leave(a: Res<Db>) {}", "pub(crate) fn leave() -> bool { loop {} }"],
    },
    Home {
        attribute: entry::main_fn::attribute,
        keys: &["timeout", "announce", "flavor", "worker_threads", "expected", "unstoppable", "traced", "crate"],
        items: &[
            "async fn main(a: Res<Db>) -> Result<(), String> { Ok(()) }",
            "async fn main() { loop {} }",
            "fn run() {}",
        ],
    },
    Home {
        attribute: entry::test_fn::attribute,
        keys: &["crate"],
        items: &[
            "async fn drains(app: AppBuilder) {}",
            "#[ignore] async fn f(a: A, b: B) {}",
            "#[tokio::test] fn f() {}",
        ],
    },
];

/// Says which input it was, should the attribute panic.
struct Witness<'a> {
    args: &'a TokenStream,
    item: &'a TokenStream,
}

impl Drop for Witness<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("#[…({})] {}", self.args, self.item);
        }
    }
}

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// By turns: near-good options on an item that fits, on one that does not, on a mangled one, on noise.
fn input(rng: &mut Rng, home: &Home) -> (TokenStream, TokenStream) {
    let args = match rng.below(8) {
        0 => stream(rng, 3, 8),
        1 => options(rng, None),
        _ => options(rng, Some(home.keys)),
    };
    let items = if rng.below(6) > 0 { home.items } else { rng.pick(&HOMES).items };
    let item = rng.pick::<&str>(items).parse().expect("tokens");
    let item = match rng.below(6) {
        0 => stream(rng, 3, 12),
        1 | 2 => mangled(rng, item),
        _ => item,
    };
    (args, item)
}

fn is_rust(tokens: TokenStream) -> bool {
    syn::parse2::<syn::File>(tokens).is_ok()
}

/// As text as well: there are no invisible groups in it, and the parser leaves out some that it has read.
fn is_rust_as_text(item: &TokenStream) -> bool {
    is_rust(item.clone()) && item.to_string().parse().is_ok_and(is_rust)
}

#[test]
fn wild_tokens_are_faults_and_no_panics() {
    let rounds = setting("LIFECYCLE_FUZZ_ROUNDS", 10_000);
    let mut rng = Rng::new(setting("LIFECYCLE_FUZZ_SEED", 2026));
    let (began, mut clean) = (Instant::now(), 0_u64);
    for _ in 0..rounds {
        let home = rng.pick(&HOMES);
        let (args, item) = input(&mut rng, home);
        let _witness = Witness { args: &args, item: &item };
        let made = (home.attribute)(args.clone(), item.clone());
        if faults(made.clone()).is_empty() {
            clean += 1;
            assert!(is_rust(made.clone()) || !is_rust_as_text(&item), "{made}");
        }
    }
    let rate = rounds as f64 / began.elapsed().as_secs_f64();
    println!("{rounds} inputs, {rate:.0} a second, {clean} without a fault");
    // Inputs that are all faulty would leave most of the code unvisited.
    assert!(clean * 20 > rounds, "only {clean} of {rounds} inputs were without a fault");
}
