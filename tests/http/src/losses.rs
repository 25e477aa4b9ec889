//! Stops servers under load, again and again, and counts what that cost the requests under way.

use std::collections::BTreeMap;
use std::fmt;
use std::thread;
use std::time::Duration;

use lifecycle_tests::driver::{Ended, Program, Signal, median};
use serde::de::DeserializeOwned;

use crate::launch;
use crate::load::{Plan, Policy, Protocol, Summary};

/// A way of stopping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Ours, with a second to announce.
    Ours,
    /// Ours without announcing.
    Sudden,
    /// Ours with nothing of what keeps requests from being lost.
    Bare,
    /// axum's own, with our layer, and a second to announce.
    Layered,
    /// axum's own.
    Plain,
}

impl Way {
    /// All of them, as the table has them.
    pub const ALL: [Self; 5] = [Self::Ours, Self::Sudden, Self::Bare, Self::Layered, Self::Plain];

    /// Its name among the arguments.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Sudden => "sudden",
            Self::Bare => "bare",
            Self::Layered => "layered",
            Self::Plain => "plain",
        }
    }

    /// The server, before it runs.
    pub fn server(self, harness: &str) -> Program {
        let mode = if self == Self::Sudden { Self::Ours } else { self };
        let server = launch::server(harness, mode.name());
        match self {
            Self::Ours | Self::Layered => server.phases("announce=1s"),
            Self::Sudden | Self::Bare | Self::Plain => server,
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ours => "`lifecycle::axum::serve`, announce 1 s",
            Self::Sudden => "`lifecycle::axum::serve`, no announce",
            Self::Bare => "the same, and no queue drain, no linger",
            Self::Layered => "`RequestsLayer` on `axum::serve`, announce 1 s",
            Self::Plain => "`axum::serve` with graceful shutdown",
        })
    }
}

/// One stop under load.
#[derive(Debug)]
pub struct Round {
    /// What became of the requests.
    pub load: Summary,
    /// What became of the server.
    pub server: Ended,
}

/// Starts a server and clients, and SIGTERM comes when the load has been on for `after`.
pub fn round(harness: &str, way: Way, plan: impl FnOnce(std::net::SocketAddr) -> Plan, after: Duration) -> Round {
    let mut server = way.server(harness).start();
    let load = launch::load(harness, &plan(launch::address(&server)));
    launch::wait_for_load(&load);
    // In the middle of the load, wherever that is: nothing is waited for here.
    thread::sleep(after);
    server.signal(Signal::TERM);
    let load = launch::summary(load);
    Round { load, server: server.end() }
}

/// Measures each way, and prints a table in Markdown: `--rounds 50 --handlers 0,5 --policies leave,return
/// --ways ours,sudden,bare,layered,plain --clients 64 --protocol http1`.
pub fn main(arguments: &[String]) {
    let options = Options::read(arguments);
    println!("| way of stopping | client | handler | lost a stop | runs with loss | requests/s | stop took | ended |");
    println!("|---|---|--:|--:|--:|--:|--:|---|");
    let mut stages = BTreeMap::new();
    for &handler in &options.handlers {
        for &policy in &options.policies {
            for &way in &options.ways {
                let row = Row::measure(&options, way, policy, handler);
                println!("{row}");
                row.stages(&mut stages);
            }
        }
    }
    println!("\nWhat was lost, and how far it had come:\n");
    for ((way, loss), count) in stages {
        println!("- {way}: {count} × {loss}");
    }
}

/// What to measure.
#[derive(Debug)]
struct Options {
    rounds: usize,
    clients: usize,
    protocol: Protocol,
    handlers: Vec<u64>,
    policies: Vec<Policy>,
    ways: Vec<Way>,
}

impl Options {
    fn read(arguments: &[String]) -> Self {
        let value = |name: &str, default: &str| {
            let at = arguments.iter().position(|argument| argument == name);
            at.and_then(|at| arguments.get(at + 1)).map_or(default, String::as_str).to_owned()
        };
        let number = |name: &str, default: &str| value(name, default).parse().expect("a number");
        let ways = value("--ways", "ours,sudden,bare,layered,plain");
        Self {
            rounds: number("--rounds", "3"),
            clients: number("--clients", "64"),
            protocol: word(&value("--protocol", "http1")),
            handlers: value("--handlers", "0,5").split(',').map(|millis| millis.parse().expect("ms")).collect(),
            policies: value("--policies", "leave,return").split(',').map(word).collect(),
            ways: Way::ALL.into_iter().filter(|way| ways.split(',').any(|wanted| wanted == way.name())).collect(),
        }
    }
}

/// One of the words of a plan.
fn word<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_value(text.into()).unwrap_or_else(|error| panic!("{error}"))
}

/// A row of the table.
#[derive(Debug)]
struct Row {
    way: Way,
    policy: Policy,
    handler: u64,
    rounds: Vec<Round>,
}

impl Row {
    fn measure(options: &Options, way: Way, policy: Policy, handler: u64) -> Self {
        let harness = launch::own_path();
        let harness = harness.to_str().expect("a path that can be written");
        let plan = |address| {
            let &Options { clients, protocol, .. } = options;
            Plan { clients, protocol, handler, ..Plan::new(address, policy) }
        };
        let rounds = (0..options.rounds).map(|number| round(harness, way, plan, middle(number))).collect();
        Self { way, policy, handler, rounds }
    }

    /// Counts what was lost by how far it had come.
    fn stages(&self, into: &mut BTreeMap<(&'static str, String), usize>) {
        for loss in self.rounds.iter().flat_map(|round| &round.load.losses) {
            *into.entry((self.way.name(), format!("{} ({})", loss.stage, loss.error))).or_default() += 1;
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lost: usize = self.rounds.iter().map(|round| round.load.lost).sum();
        let with_loss = self.rounds.iter().filter(|round| round.load.lost > 0).count();
        let mut rates: Vec<f64> = self.rounds.iter().map(|round| round.load.rate).collect();
        rates.sort_by(f64::total_cmp);
        let took = median(self.rounds.iter().map(|round| round.server.elapsed).collect()).as_millis();
        let mut codes: Vec<_> = self.rounds.iter().map(|round| round.server.code()).collect();
        codes.sort();
        codes.dedup();
        let codes: Vec<_> = codes.iter().map(|code| code.map_or("killed".into(), |code| format!("{code}"))).collect();
        let (count, rate) = (self.rounds.len(), rates[rates.len() / 2]);
        let Self { way, policy, handler, .. } = self;
        write!(f, "| {way} | {} ", format!("{policy:?}").to_lowercase())?;
        write!(f, "| {handler} ms | {:.1} | {with_loss}/{count} ", lost as f64 / count as f64)?;
        write!(f, "| {rate:.0} | {took} ms | {} |", codes.join(", "))
    }
}

/// Another moment for each round, from 150 to 400 ms.
fn middle(round: usize) -> Duration {
    let golden = 0.618_033_988_75;
    Duration::from_millis(150) + Duration::from_millis(250).mul_f64((round as f64 * golden).fract())
}
