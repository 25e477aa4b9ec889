//! The signals that were heard.

use std::fmt;

use crate::words::reason::Signal;

/// What `Inbox::wait` came back with.
#[derive(Debug)]
pub(crate) struct Received {
    /// The signals that arrived since the last wait; none after a wake or a time-out. How often each arrived is
    /// not known: the system itself merges equal ones.
    pub(crate) signals: Signals,
    /// What a SIGHUP among them means.
    pub(crate) hangup: Hangup,
}

/// What a SIGHUP means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Hangup {
    /// A process has sent it, and the program has a handler of its own, which hears it as well.
    #[cfg_attr(windows, expect(dead_code, reason = "there is no such signal"))]
    Handled,
    /// A process has sent it, by name.
    #[default]
    Sent,
    /// The terminal of the process is gone, or its session has ended.
    #[cfg_attr(windows, expect(dead_code, reason = "a console tells it otherwise"))]
    TerminalClosed,
    /// The same, in a process that was started to outlive that, as `nohup` does.
    #[cfg_attr(windows, expect(dead_code, reason = "as above"))]
    Ignored,
}

/// A set of signals. Its order is the order in which they are to be acted upon.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Signals(u16);

impl Signals {
    const ORDER: [Signal; 9] = [
        Signal::Terminate,
        Signal::CtrlShutdown,
        Signal::CtrlLogoff,
        Signal::CtrlClose,
        Signal::CtrlBreak,
        Signal::Interrupt,
        Signal::Hangup,
        Signal::User1,
        Signal::Quit,
    ];

    pub(crate) fn insert(&mut self, signal: Signal) {
        self.0 |= Signals::bit(signal);
    }

    pub(crate) fn contains(self, signal: Signal) -> bool {
        self.0 & Signals::bit(signal) != 0
    }

    #[cfg(test)]
    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Signal> {
        Signals::ORDER.into_iter().filter(move |&signal| self.contains(signal))
    }

    fn bit(signal: Signal) -> u16 {
        let place = Signals::ORDER.iter().position(|&one| one == signal);
        place.map_or(0, |place| 1 << place)
    }
}

impl FromIterator<Signal> for Signals {
    fn from_iter<I: IntoIterator<Item = Signal>>(signals: I) -> Signals {
        let mut set = Signals::default();
        for signal in signals {
            set.insert(signal);
        }
        set
    }
}

impl fmt::Debug for Signals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
