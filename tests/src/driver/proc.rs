//! What proc(5) says about a process.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, getpid};

use super::program::COOKIE;

/// How often a condition is looked at that has no event.
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// Longest wait for the system to take away what was killed with its parent.
const ORPHANS: Duration = Duration::from_secs(2);

/// Signal masks as bits; bit `n - 1` stands for signal `n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// `SigBlk`
    pub blocked: u64,
    /// `SigIgn`
    pub ignored: u64,
    /// `SigCgt`
    pub caught: u64,
}

/// The signal masks of a process; `None` if there is none.
pub fn status(pid: Pid) -> Option<Status> {
    parse_status(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
}

/// The signal masks in a `/proc/…/status`.
pub fn parse_status(text: &str) -> Option<Status> {
    let mask = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        u64::from_str_radix(line.trim_start_matches(':').trim(), 16).ok()
    };
    Some(Status { blocked: mask("SigBlk")?, ignored: mask("SigIgn")?, caught: mask("SigCgt")? })
}

/// Looks until it is so; fails with `otherwise` when the time is over.
#[track_caller]
pub fn until(most: Duration, mut is_so: impl FnMut() -> bool, otherwise: impl Fn() -> String) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < most, "{}", otherwise());
        thread::sleep(LOOK_EVERY);
    }
}

/// The state of a process as one letter: `R`, `S`, `T` (stopped), `Z` and so on.
pub fn state(pid: Pid) -> Option<char> {
    stat(&pid.to_string())?.first()?.chars().next()
}

/// Processor time of a process, also of one that has ended and was not waited for.
pub(super) fn cpu_time(pid: Pid) -> Duration {
    let fields = stat(&pid.to_string()).unwrap_or_default();
    // utime and stime, in clock ticks: a hundredth of a second on every Linux.
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).unwrap_or_default();
    Duration::from_millis(10 * (ticks(11) + ticks(12)))
}

/// The fields of `/proc/…/stat` from the state on: those before it may hold spaces.
fn stat(pid: &str) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields = &text[text.rfind(')')? + 1..];
    Some(fields.split_ascii_whitespace().map(ToOwned::to_owned).collect())
}

/// No process is left of this run: none that carries its cookie, none of its group.
pub(super) fn assert_nobody_left(cookie: &str, group: Pid) {
    let began = Instant::now();
    let mut left = living(cookie, group);
    while !left.is_empty() && began.elapsed() < ORPHANS {
        thread::sleep(LOOK_EVERY);
        left = living(cookie, group);
    }
    assert!(left.is_empty(), "left behind: {left:?}");
}

/// Those who live, with the state and the command of each. A zombie that waits for init is none of ours.
fn living(cookie: &str, group: Pid) -> Vec<String> {
    let wanted = format!("{COOKIE}={cookie}");
    let own = getpid().to_string();
    let entries = fs::read_dir("/proc").expect("there is a /proc");
    let pids = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    pids.filter(|pid| pid.bytes().all(|byte| byte.is_ascii_digit()) && *pid != own)
        .filter_map(|pid| {
            let fields = stat(&pid)?;
            let (state, parent, its_group) = (fields.first()?, fields.get(1)?, fields.get(2)?);
            let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            let carries = environment.split(|byte| *byte == 0).any(|entry| entry == wanted.as_bytes());
            let is_ours = carries || *its_group == group.to_string();
            (is_ours && !(state == "Z" && parent == "1")).then(|| format!("{pid} {state} child of {parent}"))
        })
        .collect()
}
