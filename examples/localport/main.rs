//! A TCP port-forwarding daemon: `localport --help` says how to use it, `localport --demo` shows it at work.
//!
//! What is known when the program is written stands under attributes: the journal, the listeners, maintenance,
//! the cluster's health. What only the configuration knows is handed to the builder as values: the
//! configuration itself, and a health monitor for each forward. Both are one program to lifecycle.

mod args;
mod cluster;
mod config;
mod demo;
mod forward;
mod journal;
mod log;
mod monitor;
mod pattern;
mod pump;
mod scratch;
mod upstream;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use lifecycle::{App, AppBuilder, Res, ResourceSpec, cooperative_task};

use crate::args::Wish;
use crate::config::Config;
use crate::forward::Forwards;

/// `EX_USAGE` of sysexits(3), where lifecycle's 69 and 78 come from as well.
const USAGE_FAULT: u8 = 64;

fn main() -> ExitCode {
    match args::parse(std::env::args_os().skip(1)) {
        Ok(Wish::Serve { config }) => serve(config.as_deref()),
        Ok(Wish::Demo) => demo::run(),
        Ok(Wish::Help) => {
            print!("{}", args::USAGE);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprint!("localport: {error}\n\n{}", args::USAGE);
            USAGE_FAULT.into()
        }
    }
}

/// Everything that can be known to be wrong is found before the first resource opens.
fn serve(path: Option<&Path>) -> ExitCode {
    log::start();
    match Config::load(path) {
        Ok(config) => program(config).run_process(),
        Err(error) => {
            eprintln!("localport: the configuration is invalid\n{}", error.to_string().trim_end());
            lifecycle::ExitCode::INVALID.into()
        }
    }
}

/// The daemon, from what the attributes registered and what the configuration adds.
fn program(config: Config) -> AppBuilder {
    let monitors: Vec<_> =
        config.forwards.iter().enumerate().map(|(index, forward)| monitor::of(index, &forward.name)).collect();
    let app = App::builder().registered().resource(ResourceSpec::value("config", config));
    monitors.into_iter().fold(app, AppBuilder::task)
}

/// Tells the process that started the daemon where it listens, in a form that a program can read.
#[cooperative_task]
async fn announce(forwards: Res<Forwards>) {
    let mut text = String::new();
    for forward in forwards.list() {
        let (name, address, upstream) = (&forward.name, forward.address, &forward.upstream);
        text += &format!("listening forward={name} addr={address} upstream={upstream}\n");
    }
    text += &format!("READY pid={}\n", std::process::id());
    let mut stdout = std::io::stdout().lock();
    // Stdout may be closed; the daemon does its work all the same.
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}
