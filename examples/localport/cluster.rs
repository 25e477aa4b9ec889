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
    let stdout = child.stdout.take();
    let mut group = Group::of(&child);
    let mut line = String::new();
    let status = tokio::select! {
        status = child.wait() => status?,
        // Comes to its end only if the command closed its stdout early.
        () = listen(stdout, &mut line) => child.wait().await?,
    };
    group.leader_is_gone();
    Ok((line, status))
}

/// Keeps the first line and throws the rest away, so that the command never waits for a reader.
async fn listen(stdout: Option<ChildStdout>, line: &mut String) {
    let Some(stdout) = stdout else { return };
    let mut reader = BufReader::new(stdout);
    let mut first = Vec::new();
    if (&mut reader).take(LONGEST_LINE).read_until(b'\n', &mut first).await.is_ok() {
        *line = String::from_utf8_lossy(&first).trim().to_owned();
        let _ = tokio::io::copy(&mut reader, &mut tokio::io::sink()).await;
    }
}
