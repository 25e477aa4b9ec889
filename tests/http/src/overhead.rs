//! What counting requests costs a server that does nothing else: "hello, world" with it and without it.
//!
//! All servers run at the same time, and are loaded in turns, so that whatever else the machine
//! does meets all of them alike.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use lifecycle_tests::driver::Running;
use rustix::process::Pid;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::launch;

/// Requests under way at the same time.
const CONNECTIONS: usize = 32;
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n";

/// Measures the servers in turns, and prints a table: `--turns 40 --millis 250 --workers 1
/// --servers unlayered,unlayered,layered,ours`. All are compared with the first.
pub fn main(arguments: &[String]) {
    let value = |name: &str, default: &str| {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1)).map_or(default, String::as_str).to_owned()
    };
    let turns: usize = value("--turns", "40").parse().expect("a number");
    let turn = Duration::from_millis(value("--millis", "250").parse().expect("a number"));
    let workers: usize = value("--workers", "1").parse().expect("a number");
    let modes = value("--servers", "unlayered,unlayered,layered,ours");
    let mut servers: Vec<_> = modes.split(',').map(|mode| Server::start(mode, workers)).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("tokio builds a runtime");
    // The first turns warm up.
    for number in 0..=turns {
        for server in &mut servers {
            let slice = runtime.block_on(server.load(turn)).expect("the server answers");
            server.slices.extend((number > 0).then_some(slice));
        }
    }
    print(&servers);
}

/// What a server did in a turn.
#[derive(Clone, Copy, Debug)]
struct Slice {
    /// Requests in a second.
    rate: f64,
    /// Processor time of the server for a request, in microseconds.
    cpu: f64,
}

struct Server {
    mode: String,
    running: Running,
    address: SocketAddr,
    slices: Vec<Slice>,
}

impl Server {
    fn start(mode: &str, workers: usize) -> Self {
        let harness = launch::own_path();
        let running =
            launch::server(harness.to_str().expect("a path that can be written"), mode).workers(workers).start();
        Self { mode: mode.into(), address: launch::address(&running), running, slices: Vec::new() }
    }

    async fn load(&self, turn: Duration) -> io::Result<Slice> {
        let (began, cpu) = (Instant::now(), cpu_time(self.running.pid()));
        let answered = try_join_all((0..CONNECTIONS).map(|_| ask_until(self.address, began + turn))).await?;
        let answered = answered.into_iter().sum::<usize>() as f64;
        let cpu = cpu_time(self.running.pid()) - cpu;
        Ok(Slice { rate: answered / began.elapsed().as_secs_f64(), cpu: cpu.as_secs_f64() * 1e6 / answered })
    }

    fn median(&self, of: impl Fn(&Slice) -> f64) -> f64 {
        median(self.slices.iter().map(of).collect())
    }
}

/// A client that does as little as it can, so that the server is what is measured: it takes every answer to be as
/// long as the first.
async fn ask_until(address: SocketAddr, end: Instant) -> io::Result<usize> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    stream.write_all(REQUEST).await?;
    let mut answer = [0; 1024];
    let length = stream.read(&mut answer).await?;
    let mut answered = 1;
    while Instant::now() < end {
        stream.write_all(REQUEST).await?;
        stream.read_exact(&mut answer[..length]).await?;
        answered += 1;
    }
    if answer.starts_with(b"HTTP/1.1 200 OK\r\n") { Ok(answered) } else { Err(io::ErrorKind::InvalidData.into()) }
}

/// Processor time of all its threads, to the nanosecond where the kernel counts so.
fn cpu_time(pid: Pid) -> Duration {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).expect("it lives");
    let nanos = threads.flatten().filter_map(|thread| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_ascii_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}

fn print(servers: &[Server]) {
    println!("| server | requests/s | against `{0}` | cpu a request | against `{0}` |", servers[0].mode);
    println!("|---|--:|--:|--:|--:|");
    for server in servers {
        let pairs = || server.slices.iter().zip(&servers[0].slices);
        let rates = median(pairs().map(|(slice, first)| slice.rate / first.rate).collect());
        let cpus = median(pairs().map(|(slice, first)| slice.cpu / first.cpu).collect());
        let (rate, cpu) = (server.median(|slice| slice.rate), server.median(|slice| slice.cpu));
        println!("| {} | {rate:.0} | {rates:.3} | {cpu:.2} µs | {cpus:.3} |", server.mode);
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
