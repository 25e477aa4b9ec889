//! Clients in a process of their own. They ask until they are turned away, and each request's fate is recorded.

mod ask;
mod client;
mod connection;
mod counted;
mod fate;
mod plan;
mod summary;

pub use fate::{Fate, Loss};
pub use plan::{Plan, Policy, Protocol};
pub use summary::Summary;

use std::sync::Arc;

use lifecycle_tests::stage::say;

use summary::Tally;

/// What is said when every client has had an answer: the load is on.
pub const WARM: &str = "WARM";

/// Runs the [`Plan`] in the only argument, and prints its [`Summary`] as the last line; both are JSON.
pub fn main(arguments: &[String]) {
    let [plan] = arguments else { panic!("`load` takes one argument, a plan as JSON") };
    let plan: Plan = serde_json::from_str(plan).expect("the plan is JSON");
    crate::launch::raise_file_limit();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let summary = runtime.expect("tokio builds a runtime").block_on(run(plan));
    say(serde_json::to_string(&summary).expect("a summary can be written"));
}

/// All clients of a plan, until the last of them has stopped or the time is over.
async fn run(plan: Plan) -> Summary {
    let tally = Arc::new(Tally::new(plan.clients));
    let plan = Arc::new(plan);
    let clients: Vec<_> =
        (0..plan.clients).map(|number| tokio::spawn(client::run(plan.clone(), number, tally.clone()))).collect();
    for client in clients {
        client.await.expect("a client does not panic");
    }
    tally.summary()
}
