//! `localport --demo`: real traffic through a real localport that is stopped in the middle.
//!
//! The demo is an App as well, made of values only: whatever happens to it, a Ctrl-C included, the process that
//! it started is ended and its temporary folder removed.

mod daemon;
mod load;
mod screen;

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use lifecycle::{App, Res, ResourceSpec, Shutdown, TaskSpec};
use tokio::net::TcpStream;
use tokio::time::{interval, sleep, timeout};

use crate::journal::{self, Row};
use crate::scratch::Scratch;

use self::daemon::Daemon;
use self::load::{Load, Results};
use self::screen::{Screen, size};

/// Longest time that the whole may take; it takes about three seconds.
const WHOLE: Duration = Duration::from_secs(60);
/// How often the screen is brought up to date.
const REFRESH: Duration = Duration::from_millis(50);
/// Pause before each try to connect after the signal.
const KNOCK: Duration = Duration::from_millis(5);
/// Longest wait for the first refusal after the signal.
const REFUSAL: Duration = Duration::from_secs(5);

/// Runs the demo.
pub(crate) fn run() -> ExitCode {
    let app = App::builder()
        .environment(false)
        .resource(
            ResourceSpec::new("scratch", || Scratch::new("demo")).close(|folder: Scratch| async { folder.remove() }),
        )
        .resource(ResourceSpec::new("daemon", Daemon::start).close(Daemon::end))
        .task(TaskSpec::new("show", show).timeout(WHOLE).on_shutdown(lifecycle::OnShutdown::Cancel));
    match app.build() {
        Ok(app) => app.run_blocking().exit_code.into(),
        Err(error) => {
            eprintln!("localport: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn show(daemon: Res<Daemon>, scratch: Res<Scratch>, shutdown: Shutdown) -> Result<(), String> {
    let mut screen = Screen::new();
    screen.title("localport --demo");
    let (pid, address, upstream) = (daemon.pid(), daemon.address(), daemon.upstream());
    let roles = format!("pid {pid} forwards {address} to a demo upstream, {upstream}");
    screen.step("start", &roles);

    let (results, stopped) = stop_in_the_middle(&daemon, &mut screen).await?;
    let ended = daemon.ended().await.map_err(|error| format!("no exit status: {error}"))?;
    let took = stopped.elapsed().as_secs_f64();
    screen.step("report", "what the process says about its end:");
    screen.quote(&ended.last_words);
    let recorded = read_journal(&scratch, &screen).await?;

    let good = results.all_complete() && recorded == results.count() && ended.is_clean();
    screen.verdict(good, &format!("{}, {} after {took:.1} s", results.verdict(), ended.verdict()));
    shutdown.request("the demo is over");
    if good { Ok(()) } else { Err("the demo did not go as it should".to_owned()) }
}

/// Traffic, and SIGTERM while all of it is on the way; also gives the moment of the signal.
async fn stop_in_the_middle(daemon: &Daemon, screen: &mut Screen) -> Result<(Results, Instant), String> {
    let mut load = Load::start(daemon.address());
    screen.step("load", &load.describe());
    watch(screen, &load, Load::is_well_under_way).await;
    let running = load.running();

    let stopped = Instant::now();
    daemon.terminate().map_err(|error| format!("no SIGTERM could be sent: {error}"))?;
    screen.step("SIGTERM", &format!("sent to pid {}, in the middle of {running} transfers", daemon.pid()));
    screen.step("refused", &refusal(daemon.address(), stopped).await?);
    watch(screen, &load, Load::is_over).await;
    let results = load.results().await;
    screen.step("done", &results.describe());
    Ok((results, stopped))
}

/// Shows what the journal says, and gives the number of complete transfers in it.
async fn read_journal(scratch: &Scratch, screen: &Screen) -> Result<usize, String> {
    let path = scratch.path().join("localport.sqlite");
    let mut rows = journal::transfers(&path).await.map_err(|error| format!("the journal: {error}"))?;
    // A knock before the signal arrived was let in, and left again.
    rows.retain(|row| row.bytes_in > 0);
    screen.step("journal", &describe(&rows));
    let last = rows.iter().skip(rows.len().saturating_sub(3));
    screen.quote(&last.map(row).collect::<String>());
    Ok(rows.iter().filter(|row| row.outcome == "complete").count())
}

/// Draws the load's progress until something is true of it.
async fn watch(screen: &mut Screen, load: &Load, until: impl Fn(&Load) -> bool) {
    let mut refresh = interval(REFRESH);
    while !until(load) {
        refresh.tick().await;
        screen.live(&load.progress());
    }
    screen.settle(&load.progress());
}

/// Connects until that is refused.
async fn refusal(address: SocketAddr, stopped: Instant) -> Result<String, String> {
    let knocking = async {
        loop {
            sleep(KNOCK).await;
            match TcpStream::connect(address).await {
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => return error,
                _ => {}
            }
        }
    };
    let error = timeout(REFUSAL, knocking).await.map_err(|_| "new connections are still taken".to_owned())?;
    Ok(format!("a new connection, {} ms after the signal: {}", stopped.elapsed().as_millis(), error.kind()))
}

fn describe(rows: &[Row]) -> String {
    let sum = |bytes: fn(&Row) -> u64| size(rows.iter().map(bytes).sum());
    let (count, bytes_in, bytes_out) = (rows.len(), sum(|row| row.bytes_in), sum(|row| row.bytes_out));
    format!("{count} transfers in its SQLite file, {bytes_in} in and {bytes_out} out; the last ones:")
}

fn row(row: &Row) -> String {
    let time = row.at.get(11..).unwrap_or(&row.at);
    let [bytes_in, bytes_out] = [row.bytes_in, row.bytes_out].map(size);
    format!("{time}  {}  {bytes_in:>9} in  {bytes_out:>9} out  {}\n", row.forward, row.outcome)
}
