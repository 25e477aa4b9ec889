//! A tag that is paused and resumed while everything else goes on, on as many threads as there are.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use lifecycle::{App, AppBuilder, GroupError, Groups, Missed, Shutdown, TaskSpec};
use lifecycle_tests::stage::say;

pub(crate) fn app(name: &str) -> Option<AppBuilder> {
    (name == "pauses_under_load").then(|| {
        BEGAN.get_or_init(Instant::now);
        let app = App::builder().task(TaskSpec::new("director", directs)).task(computes("one")).task(computes("two"));
        let app = (0..TICKERS).fold(app, |app, at| app.task(TAGGED[at].ticking("tagged", at).tags(["group"])));
        let app = (0..TICKERS).fold(app, |app, at| app.task(OTHERS[at].ticking("other", at).tags(["rest"])));
        (0..PLAIN).fold(app, |app, at| app.task(PLAINS[at].running(at)))
    })
}

const PAUSES: usize = 50;
const TICKERS: usize = 20;
const PLAIN: usize = 3;

static TAGGED: [Counter; TICKERS] = [const { Counter::new() }; TICKERS];
static OTHERS: [Counter; TICKERS] = [const { Counter::new() }; TICKERS];
static PLAINS: [Counter; PLAIN] = [const { Counter::new() }; PLAIN];

/// Before any tick was due.
static BEGAN: OnceLock<Instant> = OnceLock::new();
/// From the return of `pause` to the call of `resume`.
static PAUSED: AtomicBool = AtomicBool::new(false);

/// What a task has done.
struct Counter {
    count: AtomicU64,
    while_paused: AtomicU64,
    /// When its first tick began: it was due then or before.
    first: Mutex<Option<Instant>>,
}

/// From 1 to 5 ms.
fn interval(at: usize) -> Duration {
    Duration::from_millis(1 + at as u64 % 5)
}

/// Half of each kind, with each interval.
fn missed(at: usize) -> Missed {
    if at < TICKERS / 2 { Missed::Burst } else { Missed::Skip }
}

impl Counter {
    const fn new() -> Self {
        Self { count: AtomicU64::new(0), while_paused: AtomicU64::new(0), first: Mutex::new(None) }
    }

    fn get(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }

    fn add(&self) {
        if PAUSED.load(Ordering::SeqCst) {
            self.while_paused.fetch_add(1, Ordering::SeqCst);
        }
        self.count.fetch_add(1, Ordering::SeqCst);
    }

    fn ticking(&'static self, name: &str, at: usize) -> TaskSpec {
        let tick = move || async move {
            self.first.lock().expect("no holder panics").get_or_insert_with(Instant::now);
            self.add();
            // So that it can be stopped in the middle.
            tokio::task::yield_now().await;
        };
        TaskSpec::new(format!("{name}{at}"), tick).interval(interval(at)).missed(missed(at))
    }

    fn running(&'static self, at: usize) -> TaskSpec {
        TaskSpec::new(format!("plain{at}"), move || async move {
            while self.get() < u64::MAX {
                self.count.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
            }
        })
    }

    /// How many ticks were due by then: at least, since its first one, and at most, since the program began.
    fn due(&self, at: usize, now: Instant) -> (u64, u64) {
        let since = |then: Instant| (now - then).as_nanos() / interval(at).as_nanos() + 1;
        let first = self.first.lock().expect("no holder panics").expect("it has ticked");
        (since(first) as u64, since(*BEGAN.get().expect("it has begun")) as u64)
    }
}

/// Uses up what a processor gives it.
fn computes(name: &str) -> TaskSpec {
    TaskSpec::blocking(format!("computes {name}"), |shutdown: Shutdown| {
        let mut number = 1_u64;
        while !shutdown.is_cancelled() {
            (0..100_000).for_each(|_| number = std::hint::black_box(number.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
            std::thread::yield_now();
        }
    })
}

fn counts(counters: &[Counter]) -> Vec<u64> {
    counters.iter().map(Counter::get).collect()
}

/// Until each of them has gone on by so much.
async fn until_moved(counters: &[Counter], since: &[u64], by: u64) {
    while counters.iter().zip(since).any(|(counter, since)| counter.get() < since + by) {
        tokio::task::yield_now().await;
    }
}

async fn directs(groups: Groups, shutdown: Shutdown) -> Result<(), GroupError> {
    until_moved(&TAGGED, &[0; TICKERS], 1).await;
    for _ in 0..PAUSES {
        pause_once(&groups).await?;
    }
    bursts_are_whole().await;
    let ticks: u64 = TAGGED.iter().map(|counter| counter.while_paused.load(Ordering::SeqCst)).sum();
    say(format!("ticks while paused: {ticks}"));
    say("READY");
    shutdown.requested().await;
    Ok(())
}

async fn pause_once(groups: &Groups) -> Result<(), GroupError> {
    let stopped = groups.pause("group").await?;
    PAUSED.store(true, Ordering::SeqCst);
    assert_eq!(stopped.len(), TICKERS, "{stopped:?}");
    let (tagged, others, plains) = (counts(&TAGGED), counts(&OTHERS), counts(&PLAINS));
    until_moved(&OTHERS, &others, 5).await;
    until_moved(&PLAINS, &plains, 5).await;
    assert_eq!(counts(&TAGGED), tagged, "something of the group ran while it was paused");
    PAUSED.store(false, Ordering::SeqCst);
    let resumed = Instant::now();
    groups.resume("group").await?;
    until_moved(&TAGGED, &tagged, 1).await;
    skips_are_left_out(&tagged, resumed);
    Ok(())
}

/// Since the resume there came what was due since then, and one more at most.
fn skips_are_left_out(before: &[u64], resumed: Instant) {
    for at in (0..TICKERS).filter(|at| missed(*at) == Missed::Skip) {
        let ticks = TAGGED[at].get() - before[at];
        let due = resumed.elapsed().as_nanos() / interval(at).as_nanos() + 1;
        assert!(u128::from(ticks) <= due + 1, "tagged{at}: {ticks} ticks, but {due} were due since it was resumed");
    }
}

/// Each comes to a moment at which every tick has come that was due by then, and none that was not.
async fn bursts_are_whole() {
    let patience = Instant::now() + Duration::from_secs(10);
    for at in (0..TICKERS).filter(|at| missed(*at) == Missed::Burst) {
        loop {
            let (least, _) = TAGGED[at].due(at, Instant::now());
            let ticks = TAGGED[at].get();
            let (_, most) = TAGGED[at].due(at, Instant::now());
            assert!(ticks <= most, "tagged{at}: {ticks} ticks, but only {most} were due");
            if ticks >= least {
                break;
            }
            assert!(Instant::now() < patience, "tagged{at}: {ticks} ticks, but {least} were due");
            tokio::task::yield_now().await;
        }
    }
}
