//! Whole expansions, formatted, beside the crate in `expansions/`: to read, and to see what a change
//! does to them. `LIFECYCLE_BLESS=1` writes them anew.

use std::path::Path;

use crate::testing::{Attribute, run};
use crate::{component, entry, hook, resource, task};

#[track_caller]
fn golden(name: &str, attribute: Attribute, args: &str, item: &str) {
    let file = syn::parse2(run(attribute, args, item)).expect("the expansion is Rust");
    let made = prettyplease::unparse(&file);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("expansions").join(name);
    if std::env::var_os("LIFECYCLE_BLESS").is_some() {
        std::fs::write(&path, &made).expect("the expansion can be written");
    }
    let kept = std::fs::read_to_string(&path).expect("the expansion was blessed");
    assert_eq!(made, kept, "{name} has changed; if that is meant, run the tests with LIFECYCLE_BLESS=1");
}

#[test]
fn a_task() {
    let item = "/// Looks after the database.
        async fn health_check(mut db: Res<Database>, _: Shutdown) -> Result<(), HealthError> { db.ping().await }";
    let args = "priority = 5, interval = \"30s\", jitter = \"1s\", on_shutdown = \"finish\", tags = [\"db\"]";
    golden("task.rs", task::attribute, args, item);
}

#[test]
fn a_task_with_faults() {
    let args = "prioritiy = 5, interval = \"0s\", restart = \"always\"";
    golden("task_with_faults.rs", task::attribute, args, "fn sweep<T>(db: &Res<Database>) {}");
}

#[test]
fn a_resource() {
    golden(
        "resource.rs",
        resource::attribute,
        "open = \"connect\", close = \"dispose\"",
        "struct Database { url: String }",
    );
}

#[test]
fn a_shared_resource_closed_by_a_closure() {
    let args = "open = Pool::new, close = |it| it.inner.close(200, \"OK\".into()), shared = true";
    golden("resource_shared.rs", resource::attribute, args, "struct Pool { inner: lapin::Connection }");
}

#[test]
fn a_resource_closed_by_a_path() {
    golden("resource_path.rs", resource::attribute, "close = shut_down", "#[derive(Default)] struct Meter;");
}

#[test]
fn a_component() {
    let item = "impl Prober {
        #[cooperative_task(interval = \"30s\")]
        async fn probe(&self, db: Res<Database>) -> Result<(), ProbeError> { Ok(()) }
        #[shutdown_hook(phase = \"announce\", timeout = \"1s\")]
        async fn leave(&self) {}
        fn helper(&self) {}
    }";
    golden("component.rs", component::attribute, "", item);
}

#[test]
fn a_hook() {
    let item = "async fn deregister(registry: Res<Registry>) {}";
    golden("hook.rs", hook::attribute, "phase = \"stop_new_work\", crate = \"renamed\"", item);
}

#[test]
fn a_main() {
    let args = "timeout = \"30s\", flavor = \"multi_thread\", worker_threads = 2, phases(stop_new_work = \"2s\", force_cleanup = \"5s\")";
    let item = "async fn main(shutdown: Shutdown) -> Result<(), AppError> { shutdown.requested().await; Ok(()) }";
    golden("main.rs", entry::main_fn::attribute, args, item);
}

#[test]
fn a_test() {
    let item = "#[should_panic] async fn drains(app: AppBuilder) { app.run().await; }";
    golden("test.rs", entry::test_fn::attribute, "", item);
}
