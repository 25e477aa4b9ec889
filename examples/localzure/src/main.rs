//! `localzure --help` says how to use it, `localzure --demo` shows what it is about.

mod args;
mod demo;
// The same log and the same screen as the other example's.
#[path = "../../localport/log.rs"]
mod log;
#[path = "../../localport/demo/screen.rs"]
mod screen;

use std::io::{self, Write};
use std::process::ExitCode;

use lifecycle::BoxError;
use localzure::hooks::{Event, When};

use crate::args::Wish;

/// `EX_USAGE` of sysexits(3), where lifecycle's 69 and 78 come from as well.
const USAGE_FAULT: u8 = 64;

fn main() -> ExitCode {
    match args::parse(std::env::args_os().skip(1)) {
        Ok(Wish::Serve(config, hooks)) => {
            log::start();
            localzure::emulator(config, hooks.on(When::Ready, "tell", tell)).run_process()
        }
        Ok(Wish::Demo) => demo::run(),
        Ok(Wish::Help) => {
            print!("{}", args::USAGE);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprint!("localzure: {error}\n\n{}", args::USAGE);
            USAGE_FAULT.into()
        }
    }
}

/// Tells the process that started the emulator where it is, in a form that a program can read.
async fn tell(event: Event) -> Result<(), BoxError> {
    let admin = event.admin.map(|url| format!("admin {url}\n")).unwrap_or_default();
    let mut stdout = io::stdout().lock();
    // Stdout may be closed; the emulator does its work all the same.
    let _ = write!(stdout, "gateway {}\n{admin}READY\n", event.url).and_then(|()| stdout.flush());
    Ok(())
}
