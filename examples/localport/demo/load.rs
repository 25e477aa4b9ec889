//! The demo's clients: each compares every byte that it receives with the one that it has to be.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::pattern::{Checksum, Pattern};
use crate::upstream::{CHUNK, Request, give, trailer};

use super::screen::size;

const CLIENTS: u64 = 12;
const MIB: u64 = 1 << 20;
/// The first client's download; each further one's is longer by a step, so that they end one after the other.
const DOWNLOAD: u64 = 2 * MIB;
const STEP: u64 = MIB / 10;
const UPLOAD: u64 = 192 * 1024;
/// Bytes per second for each client, in the two directions.
const DOWN_PACE: u64 = MIB;
const UP_PACE: u64 = 128 * 1024;

/// Transfers that run.
pub(crate) struct Load {
    clients: JoinSet<Result<(), String>>,
    progress: Arc<Progress>,
    total: u64,
}

#[derive(Default)]
struct Progress {
    received: AtomicU64,
    ended: AtomicUsize,
    complete: AtomicUsize,
}

impl Load {
    /// Starts all clients at once.
    pub(crate) fn start(address: SocketAddr) -> Self {
        let progress = Arc::<Progress>::default();
        let mut clients = JoinSet::new();
        let mut total = 0;
        for number in 0..CLIENTS {
            let download = Request { bytes: DOWNLOAD + number * STEP, per_second: DOWN_PACE, seed: number };
            total += download.bytes;
            clients.spawn(client(address, download, progress.clone()));
        }
        Self { clients, progress, total }
    }

    pub(crate) fn describe(&self) -> String {
        let longest = size(DOWNLOAD + (CLIENTS - 1) * STEP);
        let (shortest, upload) = (size(DOWNLOAD), size(UPLOAD));
        format!("{CLIENTS} clients at once, each {shortest} to {longest} down and {upload} up")
    }

    pub(crate) fn running(&self) -> usize {
        CLIENTS as usize - self.progress.ended.load(Relaxed)
    }

    /// A third of the bytes is there; or something went wrong.
    pub(crate) fn is_well_under_way(&self) -> bool {
        self.progress.received.load(Relaxed) > self.total / 3 || self.progress.ended.load(Relaxed) > 0
    }

    pub(crate) fn is_over(&self) -> bool {
        self.running() == 0
    }

    /// The part that is done, and the same in words.
    pub(crate) fn progress(&self) -> (f64, String) {
        let received = self.progress.received.load(Relaxed);
        let complete = self.progress.complete.load(Relaxed);
        let (mib, total, running) = (received as f64 / MIB as f64, size(self.total), self.running());
        let text = format!("{mib:.1} of {total}, {running} running, {complete} complete");
        (received as f64 / self.total as f64, text)
    }

    /// Waits for the last client.
    pub(crate) async fn results(&mut self) -> Results {
        let mut results = Results(Vec::new());
        while let Some(result) = self.clients.join_next().await {
            results.0.push(result.unwrap_or_else(|error| Err(error.to_string())));
        }
        results
    }
}

/// How the transfers ended.
pub(crate) struct Results(Vec<Result<(), String>>);

impl Results {
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    fn complete(&self) -> usize {
        self.0.iter().filter(|result| result.is_ok()).count()
    }

    pub(crate) fn all_complete(&self) -> bool {
        self.complete() == self.count()
    }

    pub(crate) fn describe(&self) -> String {
        match self.0.iter().find_map(|result| result.as_ref().err()) {
            None => "every byte received was compared, every upload's checksum confirmed".to_owned(),
            Some(error) => format!("{} transfers failed; the first: {error}", self.count() - self.complete()),
        }
    }

    pub(crate) fn verdict(&self) -> String {
        format!("{} of {} transfers complete", self.complete(), self.count())
    }
}

async fn client(address: SocketAddr, download: Request, progress: Arc<Progress>) -> Result<(), String> {
    let result = transfer(address, &download, &progress).await;
    progress.complete.fetch_add(usize::from(result.is_ok()), Relaxed);
    progress.ended.fetch_add(1, Relaxed);
    result.map_err(|error| format!("client {}: {error}", download.seed))
}

async fn transfer(address: SocketAddr, download: &Request, progress: &Progress) -> Result<(), String> {
    let mut stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
    let (from, to) = stream.split();
    let upload = Request { bytes: UPLOAD, per_second: UP_PACE, seed: !download.seed };
    let ((), ()) = tokio::try_join!(send(to, download, &upload), receive(from, download, &upload, progress))?;
    Ok(())
}

/// The request, the upload, and the end of this direction; the other one goes on.
async fn send(mut to: impl AsyncWrite + Unpin, download: &Request, upload: &Request) -> Result<(), String> {
    let sending = async {
        to.write_all(download.to_line().as_bytes()).await?;
        give(&mut to, upload).await?;
        to.shutdown().await
    };
    sending.await.map_err(|error| format!("upload: {error}"))
}

async fn receive(
    mut from: impl AsyncRead + Unpin,
    download: &Request,
    upload: &Request,
    progress: &Progress,
) -> Result<(), String> {
    let (mut pattern, mut buffer, mut expected) = (Pattern::new(download.seed), vec![0; CHUNK], vec![0; CHUNK]);
    let mut left = download.bytes;
    while left > 0 {
        let most = left.min(CHUNK as u64) as usize;
        let read = from.read(&mut buffer[..most]).await.map_err(|error| format!("download: {error}"))?;
        pattern.fill(&mut expected[..read]);
        if read == 0 || buffer[..read] != expected[..read] {
            let what = if read == 0 { "ended" } else { "went wrong" };
            return Err(format!("download {what} after {} of {} bytes", download.bytes - left, download.bytes));
        }
        left -= read as u64;
        progress.received.fetch_add(read as u64, Relaxed);
    }
    let mut end = Vec::new();
    from.read_to_end(&mut end).await.map_err(|error| format!("end of the download: {error}"))?;
    if end == trailer(upload.bytes, checksum(upload)) { Ok(()) } else { Err("the upload arrived otherwise".to_owned()) }
}

fn checksum(upload: &Request) -> Checksum {
    let mut bytes = vec![0; upload.bytes as usize];
    Pattern::new(upload.seed).fill(&mut bytes);
    let mut sum = Checksum::new();
    sum.add(&bytes);
    sum
}
