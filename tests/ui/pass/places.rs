//! Items in functions, in modules, made by other macros, and next to macros of the user's own.
#![deny(warnings)]

use lifecycle::{App, Shutdown, cooperative_task, resource};

macro_rules! task {
    ($name:ident, $every:expr, $ty:ty) => {
        #[cooperative_task(interval = $every, name = "made by a macro", priority = -3)]
        async fn $name(_: $ty) {}
    };
}

macro_rules! resources {
    ($($name:ident closes by $close:expr),*) => {
        $(
            #[resource(close = $close)]
            #[derive(Default)]
            struct $name;
        )*
    };
}

task!(made, "10s", Shutdown);
resources!(First closes by |_| (), Second closes by std::mem::drop);

mod inner {
    use super::*;

    #[cooperative_task]
    pub(super) async fn in_a_module(shutdown: Shutdown) {
        shutdown.request("all has been seen");
    }
}

/// Modules that are called like what stands beside them.
mod sweeper {
    #[lifecycle::resource]
    #[derive(Default)]
    pub struct Broom;

    pub async fn alarm(_: lifecycle::Res<Broom>) {}
}

#[cooperative_task(interval = "10s", failure_threshold = 3, on_failure = "sweeper::alarm")]
async fn sweeper(_: lifecycle::Res<sweeper::Broom>) {}

#[lifecycle::component]
impl sweeper::Broom {
    #[shutdown_hook(phase = "announce", name = "sweep once more")]
    async fn sweeper(&self) {}
}

fn function() {
    #[cooperative_task]
    async fn in_a_function() {}

    #[resource]
    #[derive(Default)]
    struct AlsoInAFunction;

    const _: () = {
        #[cooperative_task]
        async fn in_a_constant() {}
    };
}

/// A raw name is shown without its mark.
#[cooperative_task]
async fn r#match() {}

fn main() {
    function();
    let _ = inner::in_a_module;
    let report = App::builder().registered().build().expect("the wiring is good").run_blocking();
    let mut names: Vec<_> = report.components.iter().map(|component| component.name.as_str()).collect();
    names.sort_unstable();
    let expected = [
        "also_in_a_function",
        "broom",
        "first",
        "in_a_constant",
        "in_a_function",
        "in_a_module",
        "made by a macro",
        "match",
        "second",
        "sweep once more",
        "sweeper",
    ];
    assert_eq!(names, expected);
}
