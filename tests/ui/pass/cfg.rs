//! What is not compiled registers nothing, wherever the condition stands.
#![deny(warnings)]

use lifecycle::{App, Res, Shutdown, component, cooperative_task, resource};

#[cfg(any())]
#[cooperative_task]
async fn task_above(_: Missing) {}

#[cooperative_task]
#[cfg(any())]
async fn task_below(_: Missing) {}

#[cooperative_task]
#[cfg_attr(all(), cfg(any()))]
async fn task_attr(_: Missing) {}

/// Nor has it faults.
#[cooperative_task(interval = "0s")]
#[cfg(any())]
fn faulty<T>() {}

#[resource(opn = 5)]
#[cfg(any())]
struct ResourceBelow(Missing);

#[cfg(any())]
#[resource]
struct ResourceAbove(Missing);

#[lifecycle::shutdown_hook(phase = "announce")]
#[cfg(any())]
async fn hook_below(_: Missing) {}

#[resource]
#[derive(Default)]
struct Prober;

#[component]
impl Prober {
    #[cfg(any())]
    #[cooperative_task]
    async fn method_above(&self, _: Missing) {}

    #[cooperative_task(interval = "0s")]
    #[cfg(any())]
    async fn method_below(&self, _: Missing) {}

    #[cooperative_task]
    async fn probe(&self) {}
}

#[component]
#[cfg(any())]
impl Missing {
    #[cooperative_task]
    async fn never(&self) {}
}

/// The same name again is no fault where only one of the two is compiled.
#[cfg(any())]
mod one {
    #[lifecycle::cooperative_task]
    async fn twice() {}
}

#[cooperative_task]
async fn twice(#[cfg(any())] _: Missing, #[cfg(all())] _: Res<Prober>, shutdown: Shutdown) {
    shutdown.request("all has been seen");
}

fn main() {
    let report = App::builder().registered().build().expect("the wiring is good").run_blocking();
    let mut names: Vec<_> = report.components.iter().map(|component| component.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["probe", "prober", "twice"]);
}
