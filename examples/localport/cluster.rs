//! The health of a cluster, as a command tells it.

use std::io;
use std::process::{ExitStatus, Stdio};

use lifecycle::{Res, cooperative_task};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use crate::config::Config;
use crate::journal::{Event, Journal};

/// Bytes of the first line that are kept.
const LONGEST_LINE: u64 = 200;

/// Runs the configured command, and records what it says first and how it ends.
///
/// At shutdown a command in progress is ended, with whatever it has started: its answer would come too late.
#[cooperative_task(interval = "4m", timeout = "30s", on_shutdown = "cancel")]
async fn cluster_health(config: Res<Config>, journal: Res<Journal>) -> Result<(), String> {
    let Some(command) = &config.cluster else { return Ok(()) };
    let result = run(command).await;
    let outcome = match &result {
        Ok((line, status)) => format!("{line} ({status})"),
        Err(error) => format!("{}: {error}", command[0]),
    };
    tracing::info!(outcome, "cluster");
    journal.record(Event::new("cluster", "", &outcome)).await;
    match result {
        Ok((_, status)) if status.success() => Ok(()),
        _ => Err(outcome),
    }
}

/// The first line on stdout, and how the command ended. Dropped before its end, it takes the command's whole
/// process group with it.
async fn run(command: &[String]) -> io::Result<(String, ExitStatus)> {
    let mut process = Command::new(&command[0]);
    process.args(&command[1..]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    #[cfg(unix)]
    process.process_group(0);
    let mut child = process.spawn()?;
    let group = Group::of(&child);
    let mut stdout = BufReader::new(child.stdout.take().ok_or_else(|| io::Error::other("it has no stdout"))?);
    let line = first_line(&mut stdout).await?;
    let mut nowhere = tokio::io::sink();
    let status = tokio::select! {
        status = child.wait() => status?,
        // Ends before the command only if that has closed its stdout.
        _ = tokio::io::copy(&mut stdout, &mut nowhere) => child.wait().await?,
    };
    group.release();
    Ok((line, status))
}

async fn first_line(stdout: &mut BufReader<ChildStdout>) -> io::Result<String> {
    let mut line = Vec::new();
    stdout.take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
    Ok(String::from_utf8_lossy(&line).trim().to_owned())
}

/// The process group of a command: ended when this is dropped.
struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl Group {
    #[cfg(unix)]
    fn of(child: &Child) -> Self {
        let leader = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()));
        Self { leader }
    }

    #[cfg(not(unix))]
    fn of(_: &Child) -> Self {
        Self {}
    }

    /// The leader came to its end, and its number may soon be another's. What it left running, it meant to.
    fn release(self) {
        std::mem::forget(self);
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        use rustix::process::{Signal, kill_process_group};
        // The leader was not waited for, so the number is still its own; that it has ended is no fault.
        let _ = self.leader.map(|leader| kill_process_group(leader, Signal::KILL));
    }
}

#[cfg(all(test, unix))]
mod tests;
