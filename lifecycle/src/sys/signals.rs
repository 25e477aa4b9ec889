//! What the standard library has no safe call for: signal masks, signal handlers, and the end of the process.
//!
//! It decides nothing: which signals mean what is said by [`run::signals`](crate::run::signals).

use std::io;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicU32, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use libc::{c_int, c_void};

/// The signals that are listened to. Bit `n` of a set of pending signals stands for `SIGNALS[n]`.
pub(crate) const SIGNALS: [c_int; 5] = [libc::SIGTERM, libc::SIGINT, libc::SIGHUP, libc::SIGUSR1, libc::SIGQUIT];

/// A further bit of such a set: a SIGHUP came from the system itself, so a terminal or a session has ended.
pub(crate) const HANGUP_BY_SYSTEM: u32 = 1 << 5;
/// Another one: a SIGHUP came from the leader of the session, as a shell sends it to its jobs.
pub(crate) const HANGUP_BY_LEADER: u32 = 1 << 6;

/// How long [`Listener::close`] waits for handlers that are still running on other threads.
const HANDLERS_BOUND: Duration = Duration::from_secs(1);

/// No socket: the slot is free.
const FREE: c_int = -1;

/// One listener, as the handler sees it.
struct Slot {
    /// Where to write a byte, or [`FREE`].
    socket: AtomicI32,
    /// The signals that came since the last look.
    pending: AtomicU32,
}

static SLOTS: [Slot; 16] = [const { Slot { socket: AtomicI32::new(FREE), pending: AtomicU32::new(0) } }; 16];

/// How many threads are inside the handler now.
static IN_HANDLER: AtomicUsize = AtomicUsize::new(0);

/// The process that installed the handler. A child between `fork` and `exec` has the handler and the sockets
/// too, and a signal meant for the child must not be heard by its parent.
static OWNER: AtomicI32 = AtomicI32::new(0);

/// The leader of the session that the process was in when the handler was installed.
static LEADER: AtomicI32 = AtomicI32::new(0);

/// Ends the process now: no destructor, no `atexit` function, no flush. Never returns and never waits.
pub(crate) fn exit_now(code: c_int) -> ! {
    // SAFETY: `_exit` takes any number, may be called at any time from any thread, and does not return.
    unsafe { libc::_exit(code) }
}

/// A thread's signal mask as it was. It is worth something only in the thread that it came from.
pub(crate) struct Mask {
    mask: libc::sigset_t,
    /// Not `Send`.
    _thread: PhantomData<*const ()>,
}

/// Blocks [`SIGNALS`] in the calling thread and returns its mask from before.
pub(crate) fn block() -> Mask {
    Mask { mask: change_mask(libc::SIG_BLOCK, &listened()), _thread: PhantomData }
}

/// Unblocks [`SIGNALS`] in the calling thread; one that was pending is handled before this returns.
pub(crate) fn unblock() {
    change_mask(libc::SIG_UNBLOCK, &listened());
}

/// Makes `mask` the mask of the calling thread.
pub(crate) fn restore(mask: &Mask) {
    change_mask(libc::SIG_SETMASK, &mask.mask);
}

fn change_mask(how: c_int, set: &libc::sigset_t) -> libc::sigset_t {
    let mut before = empty_set();
    // SAFETY: both pointers come from references to initialised sets. The only error there is (a wrong
    // `how`) cannot happen with the three constants that the callers pass.
    unsafe { libc::pthread_sigmask(how, set, &mut before) };
    before
}

fn empty_set() -> libc::sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: `sigemptyset` initialises the whole set that it is given, and cannot fail with a valid pointer.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        set.assume_init()
    }
}

fn listened() -> libc::sigset_t {
    let mut set = empty_set();
    for signal in SIGNALS {
        // SAFETY: `set` is an initialised set and `signal` a valid number.
        unsafe { libc::sigaddset(&mut set, signal) };
    }
    set
}

/// What stands at a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stands {
    Ours,
    Default,
    Ignored,
    /// A handler of other code. `takes_info`: it is told about the signal (`SA_SIGINFO`), so it can pass it on as it came.
    Other {
        takes_info: bool,
    },
}

/// What a process does at a signal: its default, nothing, or a handler.
pub(crate) struct Disposition(libc::sigaction);

impl Disposition {
    /// What the process does at `signal` now. It is only asked for.
    ///
    /// # Errors
    ///
    /// When `signal` is none.
    pub(crate) fn of(signal: c_int) -> io::Result<Disposition> {
        exchange(signal, ptr::null())
    }

    fn is_ours(&self) -> bool {
        self.0.sa_sigaction == handler_address()
    }

    pub(crate) fn stands(&self) -> Stands {
        match self.0.sa_sigaction {
            _ if self.is_ours() => Stands::Ours,
            libc::SIG_DFL => Stands::Default,
            libc::SIG_IGN => Stands::Ignored,
            _ => Stands::Other { takes_info: self.0.sa_flags & libc::SA_SIGINFO != 0 },
        }
    }

    /// Puts this disposition of `signal` back, unless the program has put a handler of its own in the place
    /// of ours since: theirs stays, and may go on calling ours, which does nothing without a listener.
    pub(crate) fn put_back(&self, signal: c_int) {
        if Disposition::of(signal).is_ok_and(|now| now.is_ours()) {
            // An error is not possible: the same call with the same signal worked when it was installed.
            let _ = exchange(signal, &self.0);
        }
    }
}

/// Makes the listeners hear `signal` and returns what was in place before.
///
/// `SA_RESTART`, so that the program's own system calls do not begin to fail with `EINTR`.
pub(crate) fn install(signal: c_int) -> io::Result<Disposition> {
    // SAFETY: a `sigaction` is plain data (numbers, a set of bits, an optional pointer), for which zero is a valid value.
    let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    action.sa_sigaction = handler_address();
    action.sa_flags = libc::SA_RESTART | libc::SA_SIGINFO;
    action.sa_mask = listened();
    OWNER.store(process_id(), Ordering::SeqCst);
    LEADER.store(session(), Ordering::SeqCst);
    exchange(signal, &action)
}

/// Sets the disposition of `signal` if `new` is not null, and returns the one before.
fn exchange(signal: c_int, new: *const libc::sigaction) -> io::Result<Disposition> {
    let mut before = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: `new` is null or comes from a reference to an initialised value: one that this function returned
    // earlier, or the one of `install`, whose handler does only what a signal handler may (see `on_signal`) and, by `SA_SIGINFO`, gets what it
    // asks for.
    // `before` is valid for writing, and zero is a valid value for it.
    unsafe {
        if libc::sigaction(signal, new, before.as_mut_ptr()) == -1 {
            return Err(io::Error::last_os_error());
        }
        Ok(Disposition(before.assume_init()))
    }
}

/// Never inlined: copies of the handler in several places would have several addresses, and `is_ours` compares them.
#[inline(never)]
fn handler_address() -> libc::sighandler_t {
    on_signal as Handler as *const () as libc::sighandler_t
}

/// What `SA_SIGINFO` calls.
type Handler = unsafe extern "C" fn(c_int, *const libc::siginfo_t, *const c_void);

/// The handler. It may interrupt any code at any instruction, so it takes no lock, allocates nothing, calls only
/// functions that POSIX lists as safe here (`getpid`, `write`, `sigaction`, `signal`, `raise`), and leaves `errno` as it was.
///
/// # Safety
///
/// For a SIGHUP, `info` is null or points to what the system tells about it. (For others it is not looked at: there is C
/// code that calls the handler before its own with the signal alone.)
unsafe extern "C" fn on_signal(signal: c_int, info: *const libc::siginfo_t, _context: *const c_void) {
    // SAFETY: `errno_place` gives the address of the calling thread's own `errno`, valid as long as the thread.
    let errno = unsafe { *errno_place() };
    if process_id() == OWNER.load(Ordering::SeqCst) {
        IN_HANDLER.fetch_add(1, Ordering::SeqCst);
        // SAFETY: the caller vouches for it.
        let info = if signal == libc::SIGHUP { unsafe { info.as_ref() } } else { None };
        tell_listeners(signal, info.map_or(0, origin));
        IN_HANDLER.fetch_sub(1, Ordering::SeqCst);
    } else {
        act_as_without_handler(signal);
    }
    // SAFETY: as above.
    unsafe { *errno_place() = errno };
}

/// In a fork no thread waits for what a listener hears: it has to end by a SIGTERM all the same. A handler that has taken the
/// place of ours, and calls it, decides for itself.
fn act_as_without_handler(signal: c_int) {
    if Disposition::of(signal).is_ok_and(|now| now.is_ours()) {
        // SAFETY: both functions may be called in a handler and take any signal for which there is one. This one is blocked
        // until the handler returns.
        unsafe {
            libc::signal(signal, libc::SIG_DFL);
            libc::raise(signal);
        }
    }
}

/// The sender of a SIGHUP, as far as it matters, as a bit. Where the system does not say, it may have been itself.
fn origin(info: &libc::siginfo_t) -> u32 {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    match info.si_code {
        libc::SI_KERNEL => HANGUP_BY_SYSTEM,
        // SAFETY: `si_pid` is set whenever a process has sent the signal by `kill`.
        libc::SI_USER if unsafe { info.si_pid() } == LEADER.load(Ordering::SeqCst) => HANGUP_BY_LEADER,
        _ => 0,
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        let _ = info;
        HANGUP_BY_LEADER
    }
}

fn tell_listeners(signal: c_int, origin: u32) {
    let Some(bit) = SIGNALS.iter().position(|&listened| listened == signal) else {
        return;
    };
    for slot in &SLOTS {
        let socket = slot.socket.load(Ordering::SeqCst);
        if socket == FREE {
            continue;
        }
        // The bit before the byte: a thread that reads the byte finds the bit. And if the socket is full there is a byte
        // that has not been read yet, so that nothing is lost when the write fails.
        slot.pending.fetch_or(1 << bit | origin, Ordering::SeqCst);
        // SAFETY: the buffer is one valid byte. The descriptor is open: `Listener::close` frees the slot and then
        // waits until no handler that may have read the number before is left.
        unsafe { libc::write(socket, ptr::from_ref(&0_u8).cast(), 1) };
    }
}

/// The session that the process is in, by its leader.
pub(crate) fn session() -> c_int {
    // SAFETY: `getsid` of the calling process (0) has no precondition and cannot fail.
    unsafe { libc::getsid(0) }
}

pub(super) fn process_id() -> c_int {
    // SAFETY: `getpid` has no precondition and cannot fail.
    unsafe { libc::getpid() }
}

fn errno_place() -> *mut c_int {
    #[cfg(any(target_os = "solaris", target_os = "illumos"))]
    use libc::___errno as place;
    #[cfg(any(target_os = "android", target_os = "netbsd", target_os = "openbsd"))]
    use libc::__errno as place;
    #[cfg(any(target_os = "linux", target_os = "dragonfly"))]
    use libc::__errno_location as place;
    #[cfg(any(target_vendor = "apple", target_os = "freebsd"))]
    use libc::__error as place;

    // SAFETY: the function has no precondition.
    unsafe { place() }
}

/// A listener: while it lives, each signal for which the handler is installed sets its bit and writes one byte
/// to the socket.
pub(crate) struct Listener {
    slot: &'static Slot,
    socket: Arc<UnixStream>,
}

impl Listener {
    /// `socket` must not block on writing. The caller makes sure, by a lock, that only one thread at a time is in here.
    ///
    /// # Errors
    ///
    /// When all places are taken.
    pub(crate) fn new(socket: Arc<UnixStream>) -> io::Result<Listener> {
        let slot = SLOTS.iter().find(|slot| slot.socket.load(Ordering::SeqCst) == FREE).ok_or_else(|| {
            let most = SLOTS.len();
            io::Error::other(format!("more than {most} listeners to signals in one process"))
        })?;
        slot.pending.store(0, Ordering::SeqCst);
        slot.socket.store(socket.as_raw_fd(), Ordering::SeqCst);
        Ok(Listener { slot, socket })
    }

    /// The signals that came since the last call, as bits.
    pub(crate) fn take(&self) -> u32 {
        self.slot.pending.swap(0, Ordering::SeqCst)
    }

    /// Ends the listening and returns the signals that were not taken, as bits. To be called under the same
    /// lock as `new`, so that the slot cannot be given to another before its bits are taken.
    pub(crate) fn close(self) -> u32 {
        self.slot.socket.store(FREE, Ordering::SeqCst);
        if !handlers_have_left() {
            // A handler counts itself before it reads the slots, so one may still be about to write to this
            // socket. A lost descriptor is better than a byte in another one's.
            std::mem::forget(Arc::clone(&self.socket));
        }
        self.take()
    }
}

/// Waits until no thread is inside the handler: true, or false when that took unreasonably long (in a forked
/// child the count may have been copied while another thread was inside, and then never falls).
fn handlers_have_left() -> bool {
    let begun = Instant::now();
    while IN_HANDLER.load(Ordering::SeqCst) != 0 {
        if begun.elapsed() > HANDLERS_BOUND {
            return false;
        }
        thread::yield_now();
    }
    true
}

/// What the tests of signals need from the system.
#[cfg(test)]
pub(crate) mod testing {
    use super::{Disposition, c_int, exchange};

    /// Sends `signal` to the calling thread.
    pub(crate) fn raise(signal: c_int) {
        // SAFETY: no precondition; the tests send only signals for which they have a handler or a blocked mask.
        unsafe { libc::raise(signal) };
    }

    /// Sends `signal` to this process.
    pub(crate) fn kill(signal: c_int) {
        // SAFETY: no precondition; as above.
        unsafe { libc::kill(libc::getpid(), signal) };
    }

    /// `SIG_DFL`, `SIG_IGN` or the address of a handler.
    pub(crate) fn disposition(signal: c_int) -> usize {
        Disposition::of(signal).expect("a valid signal").0.sa_sigaction
    }

    /// Ignores `signal` from now on.
    pub(crate) fn ignore(signal: c_int) {
        set(signal, libc::SIG_IGN);
    }

    /// Puts the default of `signal` back.
    pub(crate) fn default(signal: c_int) {
        set(signal, libc::SIG_DFL);
    }

    /// Installs a handler for `signal` that does nothing and is not told about it.
    pub(crate) fn handle(signal: c_int) {
        extern "C" fn nothing(_: c_int) {}
        set(signal, nothing as extern "C" fn(c_int) as *const () as libc::sighandler_t);
    }

    fn set(signal: c_int, handler: libc::sighandler_t) {
        let mut action = Disposition::of(signal).expect("a valid signal").0;
        action.sa_sigaction = handler;
        action.sa_flags &= !libc::SA_SIGINFO;
        exchange(signal, &action).expect("a valid signal");
    }

    /// This thread's `errno` after the handler has run while it was set to `value`.
    pub(crate) fn errno_after(value: c_int, signal: c_int) -> c_int {
        // SAFETY: the address of the calling thread's own `errno`; and null says nothing about the signal.
        unsafe {
            *super::errno_place() = value;
            super::on_signal(signal, std::ptr::null(), std::ptr::null());
            *super::errno_place()
        }
    }
}
