//! What an App is doing right now, in words: for SIGUSR1, and for the progress lines of a shutdown.

use std::fmt::Write;

use crate::words::component::Kind;
use crate::words::duration::show;
use crate::words::report::LastSeen;
use crate::words::text::escaped;

use crate::run::record::report::{ReportBuilder, last_seen};
use crate::run::signals::Waker;
use crate::run::stop::pause::RunState;
use crate::run::work::gate::Busy;

/// Names shown in a progress line; the rest is a number.
const MOST_NAMES: usize = 4;

impl ReportBuilder {
    /// The state of every component, a line each.
    pub(crate) fn state(&self) -> String {
        let plan = &self.ledger.plan;
        let book = self.ledger.book();
        let up = show(self.control.real_now());
        let mut text = format!("lifecycle: {} for {up}, {} components", book.state, plan.parts.len());
        if let (Some(phase), Some(reason)) = (self.control.phase(), self.control.request.reason()) {
            let _ = write!(text, "; {phase}, reason: {reason}");
        }
        for (id, (part, record)) in plan.parts.iter().zip(&book.records).enumerate() {
            let is_paused = record.outcome.is_none() && self.ledger.pause(id).state() == RunState::Paused;
            let doing = record.outcome.map_or(record.doing.name(), |outcome| outcome.name());
            let doing = if is_paused { "paused" } else { doing };
            let _ = write!(text, "\n  {:<9}{} ({}): {doing}", part.kind().name(), escaped(&part.name), part.place);
            let pulse = self.ledger.pulse(id);
            if let Some(next) = pulse.next_try() {
                let _ = write!(text, ", comes back in {}", show(next.saturating_sub(self.control.now())));
            }
            if pulse.restarts() > 0 {
                let _ = write!(text, ", restarted {} times", pulse.restarts());
            }
            if pulse.runs() > 0 && part.kind() == Kind::Task {
                let _ = write!(text, ", {} runs, {} failed", pulse.runs(), pulse.failures());
            }
            if record.is_busy() && !is_paused {
                let _ = last_seen(part.place, self.ledger.look(id)).in_a_line(&mut text);
            }
            if let Some(error) = record.error.clone().or_else(|| pulse.last_error()) {
                let _ = write!(text, ", last error: {}", escaped(&error));
            }
        }
        drop(book);
        for (owner, name, beat) in self.ledger.running_children() {
            let part = &plan.parts[owner];
            let _ = write!(text, "\n  {:<9}{}/{}: running", "child", escaped(&part.name), escaped(&name));
            let _ = last_seen(part.place, beat).in_a_line(&mut text);
        }
        for busy in self.control.requests.busy() {
            let _ = write!(
                text,
                "\n  {:<9}{}: {} in progress{}",
                "requests",
                escaped(busy.name),
                busy.count,
                oldest(&busy)
            );
        }
        for handler in self.control.deadline.signals().map(Waker::handlers).unwrap_or_default() {
            let _ = write!(text, "\n  {:<9}{handler}", "signal");
        }
        text
    }

    /// Which phase runs, what it waits for, and how much time is left.
    pub(crate) fn progress(&self) -> Option<String> {
        let since = self.control.request.age()?;
        let left = self.control.deadline.get()?.saturating_sub(self.control.real_now());
        let phase = self.control.phase().map_or("stopping", |phase| phase.name());
        let waiting = self.waiting_for();
        let names = match waiting.as_slice() {
            [] => "nothing in particular".to_owned(),
            names if names.len() <= MOST_NAMES => names.join(", "),
            names => format!("{} and {} more", names[..MOST_NAMES].join(", "), names.len() - MOST_NAMES),
        };
        Some(format!("lifecycle: {phase}, {} after the request, {} left; waiting for {names}", show(since), show(left)))
    }

    fn waiting_for(&self) -> Vec<String> {
        let mut waiting = Vec::new();
        for (name, count) in self.control.requests.acceptors() {
            let listeners = if count == 1 { "listener" } else { "listeners" };
            waiting.push(format!("{count} {listeners} `{}`", escaped(name)));
        }
        for busy in self.control.requests.busy() {
            let requests = if busy.count == 1 { "request" } else { "requests" };
            waiting.push(format!("{} {requests} `{}`{}", busy.count, escaped(busy.name), oldest(&busy)));
        }
        waiting.extend(self.busy_components());
        waiting.extend(self.children_asked());
        waiting
    }

    fn busy_components(&self) -> Vec<String> {
        let book = self.ledger.book();
        let parts = self.ledger.plan.parts.iter().zip(&book.records).enumerate();
        parts
            .filter(|(_, (_, record))| record.is_busy())
            .filter_map(|(id, (part, record))| {
                let seen = last_seen(part.place, self.ledger.look(id));
                // Before anybody was asked, only who pauses a thread can be in the way, or waits for one.
                let hinders = seen.in_poll || seen.woken_not_polled || record.asked.is_some();
                hinders.then(|| named(format!("{} {}", part.kind(), escaped(&part.name)), &seen))
            })
            .collect()
    }

    fn children_asked(&self) -> Vec<String> {
        let children = self.ledger.running_children().into_iter();
        children
            .filter(|(_, _, beat)| beat.in_poll || beat.unheard || beat.polls_since_asked.is_some())
            .map(|(owner, name, beat)| {
                let part = &self.ledger.plan.parts[owner];
                named(format!("child {}/{}", escaped(&part.name), escaped(&name)), &last_seen(part.place, beat))
            })
            .collect()
    }
}

/// With where it is, if that is known.
fn named(name: String, seen: &LastSeen) -> String {
    let place = seen.in_brief();
    if place.is_empty() { name } else { format!("{name} ({place})") }
}

/// Nothing where nothing is known yet.
fn oldest(busy: &Busy) -> String {
    if busy.oldest.is_zero() { String::new() } else { format!(" (oldest {})", show(busy.oldest)) }
}
