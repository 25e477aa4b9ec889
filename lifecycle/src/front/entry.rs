//! Where `#[lifecycle::main]` begins.

use std::io::Write;
use std::time::Duration;

use crate::front::private::MainDescriptor;
use crate::run::signals::{self, Blocked};
use crate::words::outcome::ExitCode;
use crate::words::reason::{Reason, State};
use crate::words::report::{ShutdownReport, TotalReport};
use crate::words::settings::Budget;

use super::build_error::BuildError;
use super::builder::AppBuilder;
use super::refusal;

impl AppBuilder {
    /// Builds the App, runs it as what the process is for, and exits: what `#[lifecycle::main]` does, for a
    /// program that has something to do before its components are known, such as reading its arguments.
    ///
    /// Signals are blocked until the handlers stand; what is invalid is listed on stderr and exits with 78; and
    /// the guard sees to it that the process ends. Call it on the main thread, before other threads are started,
    /// and as early as you can: a signal that arrives before it has its usual effect. A program that becomes a daemon by
    /// itself does so before: a fork of a process in which an App runs cannot go on with it, and exits with 71.
    ///
    /// ```no_run
    /// use lifecycle::{App, Shutdown, TaskSpec};
    ///
    /// let name = std::env::args().nth(1).unwrap_or_else(|| "world".to_owned());
    /// App::builder()
    ///     .task(TaskSpec::new("greet", move |shutdown: Shutdown| {
    ///         println!("hello, {name}");
    ///         async move { shutdown.draining().await }
    ///     }))
    ///     .run_process()
    /// ```
    pub fn run_process(self) -> ! {
        run_process(|| self)
    }
}

/// Runs the whole program and exits.
pub fn main(descriptor: &'static MainDescriptor) -> ! {
    run_process(|| AppBuilder::for_main(descriptor))
}

/// Signals are blocked first of all and let through once the handlers stand: one that arrives in between is
/// not lost, and does not kill.
pub(crate) fn run_process(builder: impl FnOnce() -> AppBuilder) -> ! {
    let blocked = signals::block();
    match builder().build() {
        Ok(app) => match app.description() {
            Some(text) => tell(&text, blocked),
            None => app.run_process(blocked),
        },
        // Signals stay blocked: the process is about to exit with a code that says more than they would.
        Err(error) => refuse(&error),
    }
}

/// Signals have their usual effect again, so that a reader who never comes can be given up.
fn tell(text: &str, blocked: Blocked) -> ! {
    blocked.release();
    let mut stdout = std::io::stdout().lock();
    let code = match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // A reader that has seen enough is no fault.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            eprintln!("lifecycle: the description could not be written: {error}");
            ExitCode::FAILED
        }
        _ => ExitCode::CLEAN,
    };
    std::process::exit(i32::from(code.get()))
}

fn refuse(error: &BuildError) -> ! {
    let budget = Budget::default();
    let total = TotalReport::new(budget.total, Duration::ZERO, budget.source);
    let reason = Reason::Invalid { faults: error.faults.clone() };
    let report = ShutdownReport::of_nothing(reason, State::Failed, ExitCode::INVALID, total);
    refusal::tell(&report, error, &error.report);
    std::process::exit(i32::from(ExitCode::INVALID.get()))
}
