//! What an App is doing right now, in words: for SIGUSR1, and for the progress lines of a shutdown.

use std::fmt::Write;

use crate::plan::parts::Part;
use crate::sys::text::escaped;
use crate::words::component::Kind;
use crate::words::counted::counted;
use crate::words::duration::show;
use crate::words::phase::Phase;
use crate::words::report::LastSeen;

use crate::run::record::report::{ReportBuilder, last_seen};
use crate::run::record::view::View;
use crate::run::signals::Waker;
use crate::run::work::gate::Busy;

/// Names shown in a progress line; the rest is a number.
const MOST_NAMES: usize = 4;

impl ReportBuilder {
    /// The state of every component, a line each.
    pub(crate) fn state(&self) -> String {
        let plan = &self.ledger.plan;
        let (state, views) = self.views();
        let up = show(self.control.real_now());
        let mut text =
            format!("lifecycle: {state}, up for {up}, {}", counted(plan.parts.len(), "component", "components"));
        if let (Some(phase), Some(reason)) = (self.control.phase(), self.control.request.reason()) {
            let _ = write!(text, "; {phase}, reason: {reason}");
        }
        for (part, view) in plan.parts.iter().zip(&views) {
            self.component_line(&mut text, part, view);
        }
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

    fn component_line(&self, text: &mut String, part: &Part, view: &View) {
        let counts = &view.counts;
        let _ = write!(text, "\n  {:<9}{} ({}): {}", part.kind().name(), escaped(&part.name), part.place, view.state);
        if let Some(next) = counts.next_try {
            let _ = write!(text, ", comes back in {}", show(next.saturating_sub(self.control.now())));
        }
        if counts.restarts > 0 {
            let _ = write!(text, ", restarted {}", counted(counts.restarts, "time", "times"));
        }
        if counts.runs > 0 && part.kind() == Kind::Task {
            let _ = write!(text, ", {}, {} failed", counted(counts.runs, "run", "runs"), counts.failures);
        }
        if let Some(beat) = view.beat {
            let _ = last_seen(part.place, beat).in_a_line(text);
        }
        if let Some(error) = view.error() {
            let _ = write!(text, ", last error: {}", escaped(error));
        }
    }

    /// Which phase runs, what it waits for, and how much time is left.
    pub(crate) fn progress(&self) -> Option<String> {
        let since = self.control.request.age()?;
        let left = self.control.deadline.get()?.saturating_sub(self.control.real_now());
        let phase = self.control.phase().map_or("stopping", |phase| phase.name());
        let waiting = self.waiting_for();
        let names = match waiting.as_slice() {
            [] => self.what_the_phase_waits_for(),
            names if names.len() <= MOST_NAMES => names.join(", "),
            names => format!("{} and {} more", names[..MOST_NAMES].join(", "), names.len() - MOST_NAMES),
        };
        Some(format!("lifecycle: {phase}, {} after the request, {} left; waiting for {names}", show(since), show(left)))
    }

    /// Where no component, listener or request is in the way.
    fn what_the_phase_waits_for(&self) -> String {
        match self.control.phase() {
            Some(Phase::Announce) => {
                let ends = self.control.phase_ends().unwrap_or_default();
                format!("its end in {}", show(ends.saturating_sub(self.control.now())))
            }
            _ => "the runtime to go on".to_owned(),
        }
    }

    fn waiting_for(&self) -> Vec<String> {
        let mut waiting = Vec::new();
        for (name, count) in self.control.requests.acceptors() {
            waiting.push(format!("{} `{}`", counted(count, "listener", "listeners"), escaped(name)));
        }
        for busy in self.control.requests.busy() {
            let requests = counted(busy.count, "request", "requests");
            waiting.push(format!("{requests} `{}`{}", escaped(busy.name), oldest(&busy)));
        }
        waiting.extend(self.busy_components());
        waiting.extend(self.children_asked());
        waiting
    }

    fn busy_components(&self) -> Vec<String> {
        let (_, views) = self.views();
        let parts = self.ledger.plan.parts.iter().zip(&views);
        parts
            .filter(|(_, view)| view.record.is_busy())
            .filter_map(|(part, view)| {
                let seen = last_seen(part.place, view.beat.unwrap_or_default());
                // Before it was asked, only what holds a thread can be in the way, or waits for one.
                let hinders = seen.in_poll || seen.woken_not_polled || view.record.asked.is_some();
                hinders.then(|| named(format!("{} {}", part.kind(), escaped(&part.name)), &seen))
            })
            .collect()
    }

    fn children_asked(&self) -> Vec<String> {
        let children = self.ledger.running_children().into_iter();
        // A resource that is closed waits for the children that drove it.
        let resources = self.ledger.plan.parts.iter().map(|part| part.kind() == Kind::Resource);
        let book = self.ledger.book();
        let closed: Vec<bool> =
            resources.zip(&book.records).map(|(resource, record)| resource && record.outcome.is_some()).collect();
        drop(book);
        children
            .filter(|(owner, _, beat)| {
                beat.in_poll || beat.unheard || beat.polls_since_asked.is_some() || closed[*owner]
            })
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
