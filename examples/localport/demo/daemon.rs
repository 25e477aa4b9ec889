//! The localport that the demo starts and stops.

use std::io;
use std::net::SocketAddr;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use lifecycle::{Res, Resource};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::scratch::Scratch;

/// Time to stop by itself when the demo is broken off; then it is killed.
const PATIENCE: Duration = Duration::from_secs(3);

/// A localport without a configuration, in a folder and a process group of its own.
pub(crate) struct Daemon {
    child: Mutex<Child>,
    pid: u32,
    address: SocketAddr,
    upstream: String,
    stderr: Mutex<JoinHandle<String>>,
}

impl Resource for Daemon {}

/// How it ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// All that it wrote on stderr.
    pub(crate) last_words: String,
    /// Whether no process has its number any more.
    pub(crate) gone: bool,
}

impl Daemon {
    /// Starts it, and waits until it is ready.
    pub(crate) async fn start(scratch: Res<Scratch>) -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .current_dir(scratch.path())
            .env("LIFECYCLE_REPORT", "stderr")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if std::env::var_os("RUST_LOG").is_none() {
            command.env("RUST_LOG", "warn");
        }
        // A Ctrl-C reaches the demo alone, which then stops this one.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let pid = child.id().ok_or_else(|| io::Error::other("it has no process id"))?;
        let stderr = tokio::spawn(all_of(child.stderr.take()));
        let Some((address, upstream)) = ready(child.stdout.take()).await? else {
            let words = stderr.await.unwrap_or_default();
            return Err(io::Error::other(format!("it ended before it was ready: {}", words.trim_end())));
        };
        Ok(Self { child: Mutex::new(child), pid, address, upstream, stderr: Mutex::new(stderr) })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn upstream(&self) -> &str {
        &self.upstream
    }

    /// Sends SIGTERM.
    #[cfg(unix)]
    pub(crate) fn terminate(&self) -> io::Result<()> {
        Ok(rustix::process::kill_process(self.number()?, rustix::process::Signal::TERM)?)
    }

    #[cfg(not(unix))]
    pub(crate) fn terminate(&self) -> io::Result<()> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no such signal"))
    }

    #[cfg(unix)]
    fn number(&self) -> io::Result<rustix::process::Pid> {
        rustix::process::Pid::from_raw(self.pid.cast_signed()).ok_or_else(|| io::Error::other("no process id"))
    }

    #[cfg(unix)]
    fn is_gone(&self) -> bool {
        use rustix::{io::Errno, process::test_kill_process};
        self.number().is_ok_and(|number| test_kill_process(number) == Err(Errno::SRCH))
    }

    #[cfg(not(unix))]
    fn is_gone(&self) -> bool {
        true
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&self) -> io::Result<Ended> {
        let status = self.child.lock().await.wait().await?;
        let last_words = (&mut *self.stderr.lock().await).await.unwrap_or_default();
        Ok(Ended { status, last_words, gone: self.is_gone() })
    }

    /// Ends it, if it has not ended.
    pub(crate) async fn end(self) -> io::Result<()> {
        if self.child.lock().await.try_wait()?.is_some() {
            return Ok(());
        }
        let stopped = self.terminate().is_ok() && timeout(PATIENCE, self.ended()).await.is_ok();
        if stopped { Ok(()) } else { self.child.lock().await.kill().await }
    }
}

impl Ended {
    pub(crate) fn is_clean(&self) -> bool {
        self.gone && self.status.success()
    }

    pub(crate) fn verdict(&self) -> String {
        let gone = if self.gone { "process gone" } else { "process still there" };
        match self.status.code() {
            Some(code) => format!("{gone}, exit {code}"),
            None => format!("{gone}, {}", self.status),
        }
    }
}

/// Where it listens and where that leads, from what it says about itself; `None`: it ended before.
async fn ready(stdout: Option<impl AsyncRead + Unpin>) -> io::Result<Option<(SocketAddr, String)>> {
    let Some(stdout) = stdout else { return Ok(None) };
    let (mut lines, mut found) = (BufReader::new(stdout).lines(), None);
    while let Some(line) = lines.next_line().await? {
        let word = |key: &str| line.split_whitespace().find_map(|word| word.strip_prefix(key));
        if let (Some(address), Some(upstream)) = (word("addr="), word("upstream=")) {
            let address = address.parse().map_err(|_| io::Error::other(format!("{address:?} is no address")))?;
            found = Some((address, upstream.to_owned()));
        }
        if line.starts_with("READY") {
            return Ok(found);
        }
    }
    Ok(None)
}

async fn all_of(stream: Option<impl AsyncRead + Unpin>) -> String {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        let _ = stream.read_to_end(&mut bytes).await;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
