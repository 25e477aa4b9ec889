//! `localzure --demo`: a real emulator under a real load, ended by SIGTERM and then by SIGKILL, and what its clients
//! find when it is started again.
//!
//! The demo is an App as well: a Ctrl-C ends it, and with it the emulator and the temporary folder.

mod load;
mod process;
mod upload;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lifecycle::{App, BoxError, OnShutdown, Shutdown, TaskSpec};
use localzure::client::Client;
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio::time::interval;

use crate::screen::{Screen, size};

use self::load::{Found, Ledger, Load, check, content};
use self::process::{Emulator, End};
use self::upload::Upload;

/// Longest time that the whole may take; it takes about four seconds.
const WHOLE: Duration = Duration::from_secs(60);
/// Writers, and as many senders.
const PAIRS: usize = 4;
/// Answers after which the emulator is ended.
const ANSWERS: usize = 600;
const UPLOADS: u64 = 3;
/// An upload comes in so many pieces, with a pause between each two.
const PIECES: usize = 100;
const PAUSE: Duration = Duration::from_millis(15);
const REFRESH: Duration = Duration::from_millis(50);

/// Runs the demo.
pub(crate) fn run() -> ExitCode {
    let show = TaskSpec::new("show", show).timeout(WHOLE).on_shutdown(OnShutdown::Cancel);
    match App::builder().environment(false).task(show).build() {
        Ok(app) => app.run_blocking().exit_code.into(),
        Err(error) => {
            eprintln!("localzure: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn show(shutdown: Shutdown) -> Result<(), BoxError> {
    let folder = TempDir::new()?;
    let mut screen = Screen::new();
    screen.title("localzure --demo");
    let ledger = Arc::<Ledger>::default();
    let drained = terminate(folder.path(), &ledger, &mut screen).await?;
    let before = verify(folder.path(), "first", &ledger, &screen).await?;
    kill(folder.path(), &ledger, &mut screen).await?;
    let after = verify(folder.path(), "second", &ledger, &screen).await?;

    let verdict = match drained {
        true => "SIGTERM left no request without an answer, SIGKILL lost nothing that was acknowledged",
        false => "requests were left without an answer",
    };
    screen.verdict(drained && after.blobs > before.blobs, verdict);
    shutdown.request("the demo is over");
    if drained { Ok(()) } else { Err(verdict.into()) }
}

/// SIGTERM under load; whether every request got its answer, and the process ended cleanly.
async fn terminate(data: &Path, ledger: &Arc<Ledger>, screen: &mut Screen) -> Result<bool, BoxError> {
    let emulator = start("start", data, screen).await?;
    let load = Load::start(emulator.gateway, "first", PAIRS, ledger).await?;
    watch(screen, ledger, ANSWERS).await;
    let uploads = upload_slowly(&emulator, ledger).await?;

    let mut admin = Client::connect(emulator.admin).await?;
    let ended = Instant::now();
    emulator.end(End::Terminate)?;
    screen.step("SIGTERM", &format!("sent to pid {}, in the middle of all that", emulator.pid));
    while admin.get("/readyz").await?.status == 200 {}
    screen.step("readyz", &format!("503 after {:.1} ms, on the admin port", ended.elapsed().as_secs_f64() * 1e3));
    load.gone().await;
    let status = admin.get("/lifecycle").await?.json();
    let (state, count) = (&status["status"], &status["in_flight_requests"]);
    screen.step("busy", &format!("its clients were asked to go, and went; {state}, with {count} uploads under way"));
    uploads.join_all().await.into_iter().collect::<Result<(), BoxError>>()?;

    let (status, last_words) = emulator.ended().await?;
    let (took, unanswered) = (ended.elapsed().as_secs_f64(), ledger.unanswered());
    screen.step(
        "drained",
        &format!("{} requests answered, {unanswered} not; {status} after {took:.1} s", ledger.answered()),
    );
    screen.quote(&last_words);
    Ok(unanswered == 0 && status.success())
}

/// SIGKILL under load.
async fn kill(data: &Path, ledger: &Arc<Ledger>, screen: &mut Screen) -> Result<(), BoxError> {
    let emulator = start("again", data, screen).await?;
    let load = Load::start(emulator.gateway, "second", PAIRS, ledger).await?;
    watch(screen, ledger, ledger.answered() + ANSWERS).await;
    emulator.end(End::Kill)?;
    load.gone().await;
    let (status, _) = emulator.ended().await?;
    screen.step("SIGKILL", &format!("{status}; {} requests were left without an answer", ledger.unanswered()));
    Ok(())
}

/// Starts the emulator once more, and asks it for everything.
async fn verify(data: &Path, queue: &str, ledger: &Ledger, screen: &Screen) -> Result<Found, BoxError> {
    let emulator = Emulator::start(data).await?;
    let found = check(emulator.gateway, queue, ledger).await?;
    let (blobs, messages, bytes) = (found.blobs, found.messages, size(found.bytes));
    screen.step(
        "check",
        &format!("started again: {blobs} blobs, {bytes}, byte for byte; {messages} messages, each once"),
    );
    emulator.end(End::Terminate)?;
    emulator.ended().await?;
    Ok(found)
}

async fn start(label: &str, data: &Path, screen: &Screen) -> Result<Emulator, BoxError> {
    let emulator = Emulator::start(data).await?;
    screen.step(label, &format!("pid {}, blobs and queues at http://{}", emulator.pid, emulator.gateway));
    let clients = 2 * PAIRS + 1;
    screen.step("load", &format!("{clients} clients write, remove and read blobs and messages, as fast as they can"));
    Ok(emulator)
}

/// Uploads that are under way when the signal comes.
async fn upload_slowly(emulator: &Emulator, ledger: &Arc<Ledger>) -> Result<JoinSet<Result<(), BoxError>>, BoxError> {
    let mut uploads = JoinSet::new();
    for number in 0..UPLOADS {
        let (ledger, name) = (ledger.clone(), format!("/blob/load/slow-{number}"));
        let upload = Upload::begin(emulator.gateway, &name, content(&name, number)).await?;
        let finish = upload.finish(PIECES, PAUSE);
        uploads.spawn(async move { ledger.change(&name, Some(number), finish).await.map(drop) });
    }
    Ok(uploads)
}

/// Draws the progress until so many requests were answered.
async fn watch(screen: &mut Screen, ledger: &Ledger, answers: usize) {
    let first = ledger.answered();
    let progress = || {
        let answered = ledger.answered();
        let part = (answered - first) as f64 / (answers - first) as f64;
        (part, format!("{answered} requests answered"))
    };
    let mut refresh = interval(REFRESH);
    while ledger.answered() < answers {
        refresh.tick().await;
        screen.live(&progress());
    }
    screen.settle(&progress());
}
