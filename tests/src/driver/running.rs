//! A program while it runs.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid};
use serde_json::Value;

use super::ended::{Ended, Judge};
use super::proc;
use super::program::{COOKIE, OnTerminal, Program};
use super::terminal::{self, Terminal};

/// A program that was started. Dropped before its end, it is killed with its whole process group.
#[derive(Debug)]
pub struct Running {
    child: Child,
    started: Instant,
    signalled: Option<Instant>,
    out: Arc<Text>,
    err: Arc<Text>,
    exited: Receiver<Instant>,
    report: PathBuf,
    judge: Judge,
    life: Duration,
    terminal: Option<Terminal>,
    is_over: bool,
}

impl Running {
    pub(super) fn start(mut program: Program) -> Self {
        let report = std::env::temp_dir().join(format!("lifecycle-{}.json", program.cookie));
        let mut command = command(&mut program, &report);
        let ends = program.terminal.map(|what| terminal::open(&mut command, what == OnTerminal::All));
        let started = Instant::now();
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", program.path.display()));
        // With the command goes its end of the terminal, so that the program alone holds it.
        drop(command);
        let (terminal, out, err) = match ends {
            Some((terminal, screen)) => {
                let out = Text::record(Some(screen));
                let err = child.stderr.take().map_or_else(|| out.clone(), |stderr| Text::record(Some(stderr)));
                (Some(terminal), out, err)
            }
            None => (None, Text::record(child.stdout.take()), Text::record(child.stderr.take())),
        };
        let exited = watch(pid(&child));
        let judge = Judge { may_panic: program.may_panic, cookie: program.cookie };
        let life = program.life;
        Self { child, started, signalled: None, out, err, exited, report, judge, life, terminal, is_over: false }
    }

    /// Types on the program's terminal. `\x03` is Ctrl-C: the terminal makes a SIGINT of it for its foreground group.
    pub fn types(&mut self, text: &str) -> &mut Self {
        self.signalled = Some(Instant::now());
        self.terminal.as_ref().expect("it was started on a terminal").write(text);
        self
    }

    /// Closes the program's terminal, as a window that is closed or a connection that is lost does.
    pub fn close_terminal(&mut self) -> &mut Self {
        let terminal = self.terminal.take().expect("it was started on a terminal");
        self.signalled = Some(Instant::now());
        drop(terminal);
        self
    }

    /// The process.
    pub fn pid(&self) -> Pid {
        pid(&self.child)
    }

    /// When it was started.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// Waits until it has said this line.
    pub fn wait_for(&self, line: &str) -> &Self {
        self.wait_for_lines(line, 1)
    }

    /// Waits until it has said this line so many times.
    pub fn wait_for_lines(&self, line: &str, times: usize) -> &Self {
        let has_said = |said: &str| said.lines().filter(|said| *said == line).count() >= times;
        let heard = self.out.wait(self.time_left(), has_said);
        assert!(heard, "it never said `{line}` {times} times");
        self
    }

    /// Waits until it has said a line that begins so, and gives the rest of it.
    pub fn wait_for_beginning(&self, beginning: &str) -> String {
        let found = |said: &str| {
            // The last line may not be whole yet.
            let whole = &said[..said.rfind('\n').map_or(0, |end| end + 1)];
            whole.lines().find_map(|line| line.strip_prefix(beginning)).map(str::to_owned)
        };
        let heard = self.out.wait(self.time_left(), |said| found(said).is_some());
        assert!(heard, "it never said `{beginning}…`");
        found(&self.out.so_far()).unwrap_or_default()
    }

    /// Waits until its stderr has this text somewhere.
    pub fn wait_for_stderr(&self, text: &str) -> &Self {
        let heard = self.err.wait(self.time_left(), |said| said.contains(text));
        assert!(heard, "`{text}` never stood on stderr");
        self
    }

    /// Waits until it would catch this signal.
    pub fn wait_for_handler(&self, signal: Signal) -> &Self {
        let bit = 1_u64 << (signal.as_raw() - 1);
        let catches = || proc::status(self.pid()).is_some_and(|status| status.caught & bit != 0);
        proc::until(self.time_left(), catches, || format!("it never caught {signal:?}"));
        self
    }

    /// What it has said so far.
    pub fn said(&self) -> String {
        self.out.so_far()
    }

    /// What stands on its stderr so far.
    pub fn stderr(&self) -> String {
        self.err.so_far()
    }

    /// Sends a signal to the process. Until the end is awaited it stays known to the system, so this never
    /// meets another process.
    pub fn signal(&mut self, signal: Signal) -> &mut Self {
        self.signalled = Some(Instant::now());
        kill_process(self.pid(), signal).expect("the process is ours");
        self
    }

    /// Waits until its report is written, and gives it: for a program whose parent is not the driver.
    pub fn wait_for_report(&self) -> Value {
        let is_there = || self.report.exists();
        proc::until(self.time_left(), is_there, || "there never was a report".to_owned());
        let text = std::fs::read_to_string(&self.report).expect("the report can be read");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("the report is no JSON ({error}): {text}"))
    }

    /// Whether it has ended.
    pub fn is_over(&self) -> bool {
        proc::state(self.pid()).is_none_or(|state| state == 'Z')
    }

    /// Waits for its end and looks at what it left.
    pub fn end(mut self) -> Ended {
        let exited = match self.exited.recv_timeout(self.time_left()) {
            Ok(exited) => exited,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => panic!("it never ended"),
        };
        let cpu = proc::cpu_time(self.pid());
        let status = self.child.wait().expect("the child can be waited for");
        self.is_over = true;
        let closed = |text: &Arc<Text>| {
            assert!(text.wait_closed(self.time_left()), "it has ended, but its output is still held");
            text.so_far()
        };
        let since = |moment: Option<Instant>| exited.saturating_duration_since(moment.unwrap_or(self.started));
        Ended {
            status,
            elapsed: since(self.signalled),
            cpu,
            out: closed(&self.out),
            err: closed(&self.err),
            report: std::fs::read_to_string(&self.report).ok(),
        }
        .judged(&self.judge, self.pid())
    }

    /// Sends a signal and waits for the end.
    pub fn end_by(mut self, signal: Signal) -> Ended {
        self.signal(signal);
        self.end()
    }

    fn time_left(&self) -> Duration {
        self.life.saturating_sub(self.started.elapsed())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("--- said:\n{}\n--- stderr:\n{}", self.out.so_far(), self.err.so_far());
            if let Ok(report) = std::fs::read_to_string(&self.report) {
                eprintln!("--- report:\n{report}");
            }
        }
        if !self.is_over {
            let _ = kill_process_group(self.pid(), Signal::KILL);
            let _ = self.child.wait();
        }
        let _ = std::fs::remove_file(&self.report);
    }
}

fn command(program: &mut Program, report: &std::path::Path) -> Command {
    let mut command = if program.terminal.is_some() {
        // It makes the process the leader of a session, which has to be done between fork and exec. What the tests
        // themselves were started to ignore, by nohup or in the background of a script, is not for the program.
        let mut command = Command::new("setsid");
        command.args(["--ctty", "env", "--default-signal=HUP,INT,QUIT"]).arg(&program.path);
        command
    } else {
        let mut command = Command::new(&program.path);
        command.process_group(0);
        command
    };
    command.args(&program.arguments).stdout(Stdio::piped());
    for name in ["LIFECYCLE_TIMEOUT", "LIFECYCLE_PHASES", "LIFECYCLE_REPORT"] {
        command.env_remove(name);
    }
    command.env(COOKIE, &program.cookie).env(crate::stage::WORKERS, "2").envs(program.environment.iter().cloned());
    command.stdin(std::mem::replace(&mut program.stdin, Stdio::null()));
    command.stderr(program.stderr.take().unwrap_or_else(Stdio::piped));
    if program.reports {
        command.env("LIFECYCLE_REPORT", report);
    }
    command
}

fn pid(child: &Child) -> Pid {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw).expect("a child has a process id")
}

/// Tells the moment at which the process ended, and leaves it to be waited for.
fn watch(pid: Pid) -> Receiver<Instant> {
    let (sender, exited) = channel();
    thread::spawn(move || {
        if waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).is_ok() {
            // The test may have given up.
            let _ = sender.send(Instant::now());
        }
    });
    exited
}

/// A stream of the program, recorded as it comes.
#[derive(Debug, Default)]
struct Text {
    state: Mutex<(String, bool)>,
    changed: Condvar,
}

impl Text {
    fn record(stream: Option<impl Read + Send + 'static>) -> Arc<Self> {
        let text = Arc::new(Self::default());
        let (this, Some(stream)) = (text.clone(), stream) else {
            text.add("", true);
            return text;
        };
        thread::spawn(move || {
            let mut lines = BufReader::new(stream);
            let mut line = Vec::new();
            while lines.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
                this.add(&String::from_utf8_lossy(&line), false);
                line.clear();
            }
            this.add("", true);
        });
        text
    }

    fn add(&self, more: &str, is_closed: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0.push_str(more);
        state.1 = is_closed;
        self.changed.notify_all();
    }

    fn so_far(&self) -> String {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    fn wait(&self, most: Duration, is_enough: impl Fn(&str) -> bool) -> bool {
        self.wait_while(most, |(text, closed)| !is_enough(text) && !closed);
        is_enough(&self.so_far())
    }

    fn wait_closed(&self, most: Duration) -> bool {
        self.wait_while(most, |(_, closed)| !closed);
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    fn wait_while(&self, most: Duration, waits: impl Fn(&(String, bool)) -> bool) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.changed.wait_timeout_while(state, most, |state| waits(state)));
    }
}
