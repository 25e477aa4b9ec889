//! What the guard does at each signal.

use std::time::{Duration, Instant};

use crate::decide::exit_code::GuardEnd;
use crate::run::signals::Hangup;
use crate::words::reason::Signal;

use super::Watch;

/// How soon the App has to answer a repeated SIGINT.
const FORCE_ANSWER: Duration = Duration::from_millis(250);
/// Two SIGINTs closer than this are one: a terminal and a wrapper may both pass the same Ctrl-C on.
const SAME_INTERRUPT: Duration = Duration::from_millis(250);

impl Watch {
    pub(super) fn hear(&mut self, signal: Signal, hangup: Hangup) {
        match signal {
            Signal::Interrupt => self.interrupted(),
            Signal::Quit => self.end(GuardEnd::Quit, "SIGQUIT ended the process at once".to_owned()),
            Signal::User1 => self.view.tell_state(),
            Signal::Hangup => self.hung_up(hangup),
            Signal::Terminate | Signal::CtrlBreak | Signal::CtrlClose | Signal::CtrlLogoff | Signal::CtrlShutdown => {
                self.request(signal)
            }
        }
    }

    fn hung_up(&mut self, hangup: Hangup) {
        match hangup {
            Hangup::TerminalClosed => self.request(Signal::Hangup),
            Hangup::Ignored => self.view.say(
                "lifecycle: SIGHUP: the terminal was closed; the program goes on, as it was started to ignore that"
                    .to_owned(),
            ),
            // The program listens to it as well, and does what it likes.
            Hangup::Handled => {}
            Hangup::Sent => self.view.say("lifecycle: SIGHUP: there is nothing to reload".to_owned()),
        }
    }

    fn request(&mut self, signal: Signal) {
        // A repeated one changes nothing.
        self.view.request(signal);
    }

    /// Whatever was counted of a shutdown that was called off counts no more.
    pub(super) fn notice_what_was_called_off(&mut self) {
        let called_off = self.view.called_off();
        if self.called_off != called_off {
            self.called_off = called_off;
            (self.interrupts, self.force_answer, self.next_progress) = (0, None, None);
            self.view.say("lifecycle: the shutdown was called off; the program goes on".to_owned());
        }
    }

    fn interrupted(&mut self) {
        let now = Instant::now();
        if self.last_interrupt.is_some_and(|last| now.duration_since(last) < SAME_INTERRUPT) {
            return;
        }
        self.last_interrupt = Some(now);
        self.interrupts += 1;
        match self.interrupts {
            1 => self.request(Signal::Interrupt),
            2 if self.view.force(self.called_off) => {
                let signal = Signal::Interrupt;
                self.view.say(format!("lifecycle: {signal} again: on to force_cleanup; once more ends the process"));
                self.force_answer = Some(now + FORCE_ANSWER);
            }
            // The shutdown was called off in this very moment, so it is the first of the next one.
            2 => {
                self.interrupts = 1;
                self.request(Signal::Interrupt);
            }
            _ => self.end(GuardEnd::Interrupted, format!("a third {} ended the process at once", Signal::Interrupt)),
        }
    }
}
