//! Starts the harness's own parts as processes.

use std::net::SocketAddr;
use std::path::PathBuf;

use lifecycle_tests::driver::{Program, Running};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::Value;

use crate::load::{Plan, Summary, WARM};

/// Where this very program stands: the one that holds all parts.
pub fn own_path() -> PathBuf {
    std::env::current_exe().expect("a program knows where it stands")
}

/// A server before it runs.
pub fn server(harness: &str, mode: &str) -> Program {
    Program::at(harness).arg("server").arg(mode)
}

/// Waits until a server takes connections, and gives its address.
pub fn address(server: &Running) -> SocketAddr {
    server.wait_for("READY");
    said_after(server, "LISTENS ").parse().expect("an address")
}

/// The rest of the line that it has said with this beginning.
pub fn said_after(server: &Running, beginning: &str) -> String {
    let said = server.said();
    let rest = said.lines().find_map(|line| line.strip_prefix(beginning));
    rest.unwrap_or_else(|| panic!("there is no `{beginning}` in what it said: {said}")).to_owned()
}

/// Clients in a process of their own, started.
pub fn load(harness: &str, plan: &Plan) -> Running {
    let plan = serde_json::to_string(plan).expect("a plan can be written");
    Program::at(harness).arg("load").arg(&plan).without_report().start()
}

/// Waits until every client has had an answer.
pub fn wait_for_load(load: &Running) {
    load.wait_for(WARM);
}

/// Waits until the clients have stopped.
pub fn summary(load: Running) -> Summary {
    let ended = load.end();
    ended.exits(0);
    let last = ended.out.lines().last().unwrap_or_default();
    serde_json::from_str(last).unwrap_or_else(|error| panic!("no summary ({error}): {ended:#?}"))
}

/// Lets the process have as many files as it may.
pub fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    // Where that is refused, the limit that there is will do for most.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}

/// Requests of a report: what was drained, lost, refused.
pub fn requests(report: &Value) -> (u64, u64, u64) {
    let count = |name: &str| report["requests"][name].as_u64().unwrap_or_default();
    (count("drained"), count("lost"), count("refused"))
}
