//! An emulator in a process of its own.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

/// It is killed when this is dropped before its end.
pub(crate) struct Emulator {
    child: Child,
    pub(crate) pid: u32,
    pub(crate) gateway: SocketAddr,
    pub(crate) admin: SocketAddr,
    stderr: JoinHandle<String>,
}

/// How to end it.
#[derive(Clone, Copy)]
pub(crate) enum End {
    Terminate,
    Kill,
}

impl Emulator {
    /// Starts it, and waits until it is ready.
    pub(crate) async fn start(data: &Path) -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["--port", "0", "--admin-port", "0", "--data"])
            .arg(data)
            .env("LIFECYCLE_REPORT", "stderr")
            // Time for each client to be told that it should go, on a machine that has other things to do as well.
            .env("LIFECYCLE_PHASES", "announce=300ms")
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // A Ctrl-C reaches the demo alone, which then ends this one.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let pid = child.id().ok_or_else(|| io::Error::other("it has no process id"))?;
        let stderr = tokio::spawn(all_of(child.stderr.take()));
        let Some((gateway, admin)) = ready(child.stdout.take()).await? else {
            let words = stderr.await.unwrap_or_default();
            return Err(io::Error::other(format!("it ended before it was ready: {}", words.trim_end())));
        };
        Ok(Self { child, pid, gateway, admin, stderr })
    }

    #[cfg(unix)]
    pub(crate) fn end(&self, how: End) -> io::Result<()> {
        use rustix::process::{Pid, Signal, kill_process};
        let signal = match how {
            End::Terminate => Signal::TERM,
            End::Kill => Signal::KILL,
        };
        let pid = Pid::from_raw(self.pid.cast_signed()).ok_or_else(|| io::Error::other("no process id"))?;
        Ok(kill_process(pid, signal)?)
    }

    #[cfg(not(unix))]
    pub(crate) fn end(&self, _: End) -> io::Result<()> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no such signals"))
    }

    /// Waits until it has ended; gives how, and all that it wrote on stderr.
    pub(crate) async fn ended(mut self) -> io::Result<(ExitStatus, String)> {
        let status = self.child.wait().await?;
        Ok((status, self.stderr.await.unwrap_or_default()))
    }
}

/// Where it listens, from what it says about itself; `None`: it ended before.
async fn ready(stdout: Option<impl AsyncRead + Unpin>) -> io::Result<Option<(SocketAddr, SocketAddr)>> {
    let Some(stdout) = stdout else { return Ok(None) };
    let (mut lines, mut gateway, mut admin) = (BufReader::new(stdout).lines(), None, None);
    while let Some(line) = lines.next_line().await? {
        match line.split_once(" http://") {
            Some(("gateway", address)) => gateway = address.parse().ok(),
            Some(("admin", address)) => admin = address.parse().ok(),
            _ if line == "READY" => return Ok(gateway.zip(admin)),
            _ => {}
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
