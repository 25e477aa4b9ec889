//! What an App is doing right now, in words: for SIGUSR1, and for the progress lines of a shutdown.

use std::fmt::Write;

use crate::words::component::Kind;
use crate::words::duration::show;
use crate::words::place::Place;
use crate::words::report::table::place_of;

use super::compose::Composer;
use super::gate::Busy;
use super::ledger::Doing;
use super::unit::Beat;

/// Names shown in a progress line; the rest is a number.
const MOST_NAMES: usize = 4;

/// Where a component stands, if that is known.
fn where_it_is(text: &mut String, beat: &Beat) {
    if beat.on_own_thread {
        text.push_str(", on a thread of its own");
        return;
    }
    match beat.awaits.iter().flatten().copied().collect::<Vec<_>>() {
        awaits if awaits.is_empty() && beat.in_poll => text.push_str(", inside a poll"),
        awaits if awaits.is_empty() => {}
        awaits => {
            text.push_str(", ");
            let _ = place_of(text, beat.in_poll, &awaits, Place::default());
        }
    }
}

impl Composer {
    /// The state of every component, a line each.
    pub(crate) fn state(&self) -> String {
        let plan = &self.ledger.plan;
        let book = self.ledger.book();
        let up = show(self.control.real_now());
        let mut text = format!("lifecycle: {} for {up}, {} components", book.state, plan.parts.len());
        if let (Some(phase), Some(reason)) = (self.control.phase(), self.control.reason()) {
            let _ = write!(text, "; {phase}, reason: {reason}");
        }
        for (id, (part, record)) in plan.parts.iter().zip(&book.records).enumerate() {
            let doing = record.outcome.map_or(record.doing.name(), |outcome| outcome.name());
            let _ = write!(text, "\n  {:<9}{} ({}): {doing}", part.kind().name(), part.name, part.place);
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
            let beat = pulse.look();
            if record.outcome.is_none() {
                where_it_is(&mut text, &beat);
            }
            if let Some(error) = record.error.clone().or_else(|| pulse.last_error()) {
                let _ = write!(text, ", last error: {error}");
            }
        }
        drop(book);
        for (owner, name, beat) in self.ledger.running_children() {
            let _ = write!(text, "\n  {:<9}{}/{name}: running", "child", plan.parts[owner].name);
            where_it_is(&mut text, &beat);
        }
        for busy in self.control.requests.busy() {
            let _ = write!(text, "\n  {:<9}{}: {} in progress{}", "requests", busy.name, busy.count, oldest(&busy));
        }
        text
    }

    /// Which phase runs, what it waits for, and how much time is left.
    pub(crate) fn progress(&self) -> Option<String> {
        let since = self.control.since_request()?;
        let left = self.control.deadline()?.saturating_sub(self.control.real_now());
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
            waiting.push(format!("{count} {listeners} `{name}`"));
        }
        for busy in self.control.requests.busy() {
            let requests = if busy.count == 1 { "request" } else { "requests" };
            waiting.push(format!("{} {requests} `{}`{}", busy.count, busy.name, oldest(&busy)));
        }
        let book = self.ledger.book();
        for (id, (part, record)) in self.ledger.plan.parts.iter().zip(&book.records).enumerate() {
            if record.outcome.is_some() || matches!(record.doing, Doing::Nothing | Doing::Open) {
                continue;
            }
            // Before anybody was asked, only who holds a thread can be in the way.
            match self.ledger.pulse(id).look().in_poll {
                true => waiting.push(format!("{} {} (inside a poll)", part.kind(), part.name)),
                false if record.asked.is_some() => waiting.push(format!("{} {}", part.kind(), part.name)),
                false => {}
            }
        }
        waiting
    }
}

/// Nothing where nothing is known yet.
fn oldest(busy: &Busy) -> String {
    if busy.oldest.is_zero() { String::new() } else { format!(" (oldest {})", show(busy.oldest)) }
}
