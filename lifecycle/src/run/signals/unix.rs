//! Signals on Unix: handlers that set a bit and write a byte to a socket, at whose other end the inbox waits.
//!
//! Handlers, and not a blocked mask with a thread in `sigwait`: a mask is inherited by children, which would then
//! not hear a signal themselves; a handler is undone by `exec`.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::thread;
use std::time::{Duration, Instant};

use libc::c_int;

use super::received::{Hangup, Received, Signals};
use super::replaced::{Instead, Replaced, Seen};
use super::terminal::Terminal;
use crate::sys::locks::lock;
use crate::sys::signals::{self as sys, Disposition, HANGUP_BY_LEADER, HANGUP_BY_SYSTEM, Listener, SIGNALS, Stands};
use crate::words::reason::Signal;

pub(crate) use crate::sys::signals::exit_now;

/// One wait in the system at most. Some systems refuse a time-out that is too long.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// How often to look for signals when the socket itself fails.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// The listened-to signals are blocked in this thread; they stay pending and none is lost.
///
/// Dropped without [`release`](Blocked::release), it makes the thread's mask what it was before.
pub(crate) struct Blocked {
    before: sys::Mask,
    released: bool,
}

/// Blocks the listened-to signals in the calling thread.
pub(crate) fn block() -> Blocked {
    Blocked { before: sys::block(), released: false }
}

/// Lets the listened-to signals through to the calling thread. One such thread is enough for the process to hear
/// them, whatever mask the others inherited.
pub(crate) fn let_through() {
    sys::unblock();
}

impl Blocked {
    /// Lets the signals through, to be called when the handlers stand. Through they are afterwards in any case:
    /// a parent that had them blocked when it started this process did not mean it to be deaf to SIGTERM. The
    /// rest of the mask is left alone.
    pub(crate) fn release(mut self) {
        self.released = true;
        sys::unblock();
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        if !self.released {
            sys::restore(&self.before);
        }
    }
}

/// What inbox, wakers and subscription share. Both ends of the socket live in it, so that neither a handler nor
/// a waker can ever write to a socket without a reader.
struct Channel {
    receiver: UnixStream,
    sender: Arc<UnixStream>,
    listener: Mutex<Option<Listener>>,
    /// Signals that had not been taken when the subscription ended.
    left: AtomicU32,
    seen: Mutex<Seen>,
}

impl Channel {
    fn listener(&self) -> MutexGuard<'_, Option<Listener>> {
        lock(&self.listener)
    }

    fn wake(&self) {
        // A full socket wakes as well as one byte more would; no other error is possible while both ends live.
        while let Err(error) = (&*self.sender).write(&[0]) {
            if error.kind() != ErrorKind::Interrupted {
                break;
            }
        }
    }

    fn take(&self) -> Received {
        let heard = self.listener().as_ref().map_or(0, Listener::take);
        let bits = heard | self.left.swap(0, Ordering::SeqCst);
        let signals = named(bits);
        self.hear_through(signals);
        let hangup = if signals.contains(Signal::Hangup) { hangup(bits) } else { Hangup::Sent };
        Received { signals, hangup }
    }

    /// Notes by which handlers of other code these have come.
    fn hear_through(&self, heard: Signals) {
        for found in self.found().into_iter().filter(|found| heard.contains(found.signal)) {
            lock(&self.seen).passed_on(found.signal);
        }
    }

    /// What stands at our signals, if they are to reach this inbox.
    fn found(&self) -> Vec<Replaced> {
        if self.listener().is_some() { found() } else { Vec::new() }
    }

    fn look_at_handlers(&self) -> MutexGuard<'_, Seen> {
        let found = self.found();
        let mut seen = lock(&self.seen);
        found.into_iter().for_each(|found| seen.note(found));
        seen
    }
}

/// Our signals at which another handler stands, and those at which ours has taken the place of another.
fn found() -> Vec<Replaced> {
    let taken = Handlers::lock().taken.clone();
    let at = |signal: c_int| {
        let by = match Disposition::of(signal).ok()?.stands() {
            Stands::Ours if taken.contains(&signal) => Instead::Ours,
            Stands::Ours => return None,
            Stands::Default => Instead::Default,
            Stands::Ignored => Instead::Ignored,
            Stands::Other { takes_info: true } => Instead::HandlerInFront,
            Stands::Other { takes_info: false } => Instead::Handler,
        };
        Some(Replaced { signal: name(signal)?, by })
    };
    SIGNALS.into_iter().filter_map(at).collect()
}

fn hangup(bits: u32) -> Hangup {
    let handlers = Handlers::lock();
    let by_system = bits & HANGUP_BY_SYSTEM != 0;
    match handlers.ignores_hangups {
        true if by_system => Hangup::Ignored,
        false if by_system => Hangup::TerminalClosed,
        // A shell that is told of the end of its terminal tells its jobs by name. It does so too when a user says
        // `kill -HUP`, but then there is a terminal.
        false if bits & HANGUP_BY_LEADER != 0 && handlers.terminal.as_ref().is_some_and(Terminal::is_gone) => {
            Hangup::TerminalClosed
        }
        _ if Disposition::of(libc::SIGHUP).is_ok_and(|now| matches!(now.stands(), Stands::Other { .. })) => {
            Hangup::Handled
        }
        _ => Hangup::Sent,
    }
}

fn named(bits: u32) -> Signals {
    let set = SIGNALS.iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0);
    set.filter_map(|(_, &signal)| name(signal)).collect()
}

fn name(signal: c_int) -> Option<Signal> {
    match signal {
        libc::SIGTERM => Some(Signal::Terminate),
        libc::SIGINT => Some(Signal::Interrupt),
        libc::SIGHUP => Some(Signal::Hangup),
        libc::SIGUSR1 => Some(Signal::User1),
        libc::SIGQUIT => Some(Signal::Quit),
        _ => None,
    }
}

/// The place where a thread outside any runtime waits for signals and wakes.
pub(crate) struct Inbox(Arc<Channel>);

/// Wakes the thread that waits at an [`Inbox`], or the next wait if none does. From any thread; never blocks and
/// never fails. It keeps no descriptor open: handles of an App, which have one, may outlive it by far.
#[derive(Clone)]
pub(crate) struct Waker(Weak<Channel>);

/// An inbox that no signal reaches yet, and its waker.
pub(crate) fn inbox() -> io::Result<(Inbox, Waker)> {
    let (receiver, sender) = UnixStream::pair()?;
    sender.set_nonblocking(true)?;
    let channel = Arc::new(Channel {
        receiver,
        sender: Arc::new(sender),
        listener: Mutex::new(None),
        left: AtomicU32::new(0),
        seen: Mutex::default(),
    });
    let waker = Waker(Arc::downgrade(&channel));
    Ok((Inbox(channel), waker))
}

impl Waker {
    pub(crate) fn wake(&self) {
        if let Some(channel) = self.0.upgrade() {
            channel.wake();
        }
    }

    /// Handlers that were replaced, each one once.
    pub(crate) fn newly_replaced(&self) -> Vec<Replaced> {
        self.0.upgrade().map_or_else(Vec::new, |channel| channel.look_at_handlers().unsaid())
    }

    /// All handlers that were replaced since the subscription began.
    pub(crate) fn replaced(&self) -> Vec<Replaced> {
        self.0.upgrade().map_or_else(Vec::new, |channel| channel.look_at_handlers().all())
    }

    /// What stands at our signals now, where it is not ours alone.
    pub(crate) fn handlers(&self) -> Vec<Replaced> {
        let Some(channel) = self.0.upgrade() else { return Vec::new() };
        let found = channel.found();
        let seen = lock(&channel.seen);
        found.into_iter().map(|found| seen.judged(found)).collect()
    }
}

/// How one look at the socket ended.
enum Look {
    Bytes,
    Nothing,
    Failed,
}

impl Inbox {
    /// Blocks until a signal arrives, a waker wakes it, or `timeout` is over (`None`: never). May come back
    /// earlier with nothing when a byte was left of an earlier signal.
    pub(crate) fn wait(&mut self, timeout: Option<Duration>) -> Received {
        // A time-out beyond what the clock can say is none.
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            // A socket takes a time-out of zero to mean "for ever".
            if left == Some(Duration::ZERO) {
                break;
            }
            let left = left.unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
            match self.look(left) {
                Look::Bytes => break,
                Look::Nothing => {}
                Look::Failed => {
                    // Other code closed a descriptor that was not its own. The bits still tell.
                    thread::sleep(left.min(LOOK_EVERY));
                    break;
                }
            }
        }
        self.0.take()
    }

    fn look(&mut self, at_most: Duration) -> Look {
        let mut receiver = &self.0.receiver;
        if receiver.set_read_timeout(Some(at_most)).is_err() {
            return Look::Failed;
        }
        // As many bytes as a socket is likely to hold: a storm is one look.
        match receiver.read(&mut [0; 512]) {
            Ok(1..) => Look::Bytes,
            Ok(0) => Look::Failed,
            Err(error) => match error.kind() {
                ErrorKind::Interrupted | ErrorKind::WouldBlock | ErrorKind::TimedOut => Look::Nothing,
                _ => Look::Failed,
            },
        }
    }
}

/// Brings signals to one inbox, until it is dropped. Any number of them may exist at once (16 at most), each
/// hears every signal.
///
/// When the last one of the process ends, the dispositions are what they were before the first. A program that
/// put a handler of its own in place meanwhile keeps that.
///
/// A signal that is still on its way at that moment meets the old disposition. A process that is about to exit
/// therefore keeps its subscription to the end: a late SIGTERM would otherwise kill it, and spoil its exit code.
pub(crate) struct Subscription(Arc<Channel>);

/// From now on signals reach the inbox of `waker`.
///
/// A signal that the process was started to ignore (`nohup`, a shell's `&`) is heard all the same until the
/// subscription ends: who sends it by name expects an answer.
///
/// # Errors
///
/// When the inbox has a subscription already, or the process has 16.
pub(crate) fn subscribe(waker: &Waker) -> io::Result<Subscription> {
    let channel = waker.0.upgrade();
    let channel = &channel.ok_or_else(|| io::Error::new(ErrorKind::NotConnected, "the inbox is gone"))?;
    // Held until the end: `Listener` wants one thread at a time.
    let mut handlers = Handlers::lock();
    let mut listener = channel.listener();
    if listener.is_some() {
        let message = "the inbox has a subscription already";
        return Err(io::Error::new(ErrorKind::AlreadyExists, message));
    }
    // First a listener, then a handler that tells it.
    let new = Listener::new(Arc::clone(&channel.sender))?;
    if let Err(error) = handlers.retain() {
        new.close();
        return Err(error);
    }
    *listener = Some(new);
    Ok(Subscription(Arc::clone(channel)))
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut handlers = Handlers::lock();
        // First the handler goes, then its listener: no signal falls between.
        handlers.release();
        let listener = self.0.listener().take();
        let left = listener.map_or(0, Listener::close);
        if left != 0 {
            self.0.left.fetch_or(left, Ordering::SeqCst);
            self.0.wake();
        }
    }
}

/// The handlers of this process, and what stood in their place.
struct Handlers {
    subscriptions: usize,
    before: Vec<(c_int, Disposition)>,
    /// The process was started to outlive its terminal.
    ignores_hangups: bool,
    terminal: Option<Terminal>,
    /// Signals for which the program had a handler of its own.
    taken: Vec<c_int>,
}

static HANDLERS: Mutex<Handlers> = Mutex::new(Handlers {
    subscriptions: 0,
    before: Vec::new(),
    ignores_hangups: false,
    terminal: None,
    taken: Vec::new(),
});

impl Handlers {
    fn lock() -> MutexGuard<'static, Handlers> {
        lock(&HANDLERS)
    }

    fn retain(&mut self) -> io::Result<()> {
        if self.subscriptions == 0 {
            self.terminal = Terminal::of_process();
            self.ignores_hangups = false;
            self.taken.clear();
            for signal in SIGNALS {
                match sys::install(signal) {
                    Ok(before) => {
                        match before.stands() {
                            Stands::Ignored if signal == libc::SIGHUP => self.ignores_hangups = true,
                            Stands::Other { .. } => self.taken.push(signal),
                            _ => {}
                        }
                        self.before.push((signal, before));
                    }
                    Err(error) => {
                        self.put_back();
                        return Err(error);
                    }
                }
            }
        }
        self.subscriptions += 1;
        Ok(())
    }

    fn release(&mut self) {
        self.subscriptions -= 1;
        if self.subscriptions == 0 {
            self.put_back();
        }
    }

    fn put_back(&mut self) {
        for (signal, before) in self.before.drain(..) {
            before.put_back(signal);
        }
    }
}
