//! What counting requests costs a server that does nothing else: "hello, world" with it and without it.
//!
//! All servers run at the same time, and are loaded in turns, so that whatever else the machine
//! does meets all of them alike. They are started anew from time to time: where a program's memory happens to lie makes
//! it some percent faster or slower for as long as it lives, and only many starts take that out of the mean.

use std::fmt;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use lifecycle_tests::driver::Running;
use rustix::process::Pid;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{argument, launch};

/// Requests under way at the same time.
const CONNECTIONS: usize = 32;
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n";

/// Measures the servers in turns, and prints a table: `--starts 20 --turns 4 --millis 250 --workers 1
/// --servers unlayered,unlayered,layered,ours`. All are compared with the first. The turns are those after each start.
pub fn main(arguments: &[String]) {
    let number = |name: &str, default: &str| argument(arguments, name, default).parse::<usize>().expect("a number");
    let (starts, turns, workers) = (number("--starts", "20"), number("--turns", "4"), number("--workers", "1"));
    let turn = Duration::from_millis(number("--millis", "250") as u64);
    let servers = argument(arguments, "--servers", "unlayered,unlayered,layered,ours");
    let modes: Vec<&str> = servers.split(',').collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("tokio builds a runtime");
    let mut done: Vec<Vec<Work>> = vec![Vec::new(); modes.len()];
    for start in 0..starts {
        // Each of them is in each place as often as the others.
        let order: Vec<usize> = (0..modes.len()).map(|place| (place + start) % modes.len()).collect();
        let servers: Vec<_> = order.iter().map(|&at| Server::start(modes[at], workers)).collect();
        let works = runtime.block_on(measure(&servers, turns, turn)).expect("the servers answer");
        order.iter().zip(works).for_each(|(&at, work)| done[at].push(work));
    }
    print(&modes, &done);
}

/// What each of them does in its turns. The order is turned round every time, so that none always comes after another.
async fn measure(servers: &[Server], turns: usize, turn: Duration) -> io::Result<Vec<Work>> {
    let mut works = vec![Work::default(); servers.len()];
    for server in servers {
        server.load(turn / 2).await?; // warms it up
    }
    for number in 0..turns {
        let mut places: Vec<usize> = (0..servers.len()).collect();
        if number % 2 == 1 {
            places.reverse();
        }
        for place in places {
            works[place].add(servers[place].load(turn).await?);
        }
    }
    Ok(works)
}

/// What a server did between two starts.
#[derive(Clone, Copy, Debug, Default)]
struct Work {
    answered: f64,
    seconds: f64,
    /// Processor time of the server.
    cpu: f64,
}

impl Work {
    fn add(&mut self, other: Work) {
        self.answered += other.answered;
        self.seconds += other.seconds;
        self.cpu += other.cpu;
    }

    /// Requests in a second.
    fn rate(&self) -> f64 {
        self.answered / self.seconds
    }

    /// Processor time for a request, in microseconds.
    fn cpu(&self) -> f64 {
        self.cpu * 1e6 / self.answered
    }
}

struct Server {
    running: Running,
    address: SocketAddr,
}

impl Server {
    fn start(mode: &str, workers: usize) -> Self {
        let harness = launch::own_path();
        let running =
            launch::server(harness.to_str().expect("a path that can be written"), mode).workers(workers).start();
        Self { address: launch::address(&running), running }
    }

    async fn load(&self, turn: Duration) -> io::Result<Work> {
        let (began, cpu) = (Instant::now(), cpu_time(self.running.pid()));
        let answered = try_join_all((0..CONNECTIONS).map(|_| ask_until(self.address, began + turn))).await?;
        let cpu = cpu_time(self.running.pid()) - cpu;
        let answered = answered.into_iter().sum::<usize>() as f64;
        Ok(Work { answered, seconds: began.elapsed().as_secs_f64(), cpu: cpu.as_secs_f64() })
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

fn print(modes: &[&str], done: &[Vec<Work>]) {
    println!("| server | requests/s | against `{0}` | cpu a request | against `{0}` |", modes[0]);
    println!("|---|--:|--:|--:|--:|");
    for (mode, works) in modes.iter().zip(done) {
        let (rate, cpu) = (mean(works.iter().map(Work::rate)), mean(works.iter().map(Work::cpu)));
        let rates = Ratio::of(works, &done[0], Work::rate);
        let cpus = Ratio::of(works, &done[0], Work::cpu);
        println!("| {mode} | {rate:.0} | {rates} | {cpu:.2} µs | {cpus} |");
    }
}

/// The geometric mean of ratios from start to start, and how far it is likely to be off.
struct Ratio {
    mean: f64,
    standard_error: f64,
}

impl Ratio {
    fn of(works: &[Work], first: &[Work], what: impl Fn(&Work) -> f64) -> Self {
        let logarithms = || works.iter().zip(first).map(|(work, first)| (what(work) / what(first)).ln());
        let center = mean(logarithms());
        let variance = mean(logarithms().map(|logarithm| (logarithm - center).powi(2)));
        let others = (works.len() - 1).max(1) as f64;
        Self { mean: center.exp(), standard_error: (variance / others).sqrt() }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} ± {:.3}", self.mean, self.standard_error)
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / count
}
