//! Drives the coordinator: events in, actions out. All waiting is here, all deciding is not.

mod resources;
mod tasks;

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::AbortHandle;
use tokio::time::timeout_at;
use tracing::{Level, Span};

use crate::decide::{Action, Ending, Event, Machine, Moment};
use crate::plan::{Id, Plan};
use crate::words::abort::AbortError;
use crate::words::outcome::Outcome;
use crate::words::phase::Phase;
use crate::words::reason::Reason;
use crate::words::report::PhaseEnd;
use crate::words::seconds::rounded;

use crate::run::calls::Calls;
use crate::run::calls::telemetry::Spans;
use crate::run::drive::assembly::{Assembly, Component};
use crate::run::record::book::Doing;
use crate::run::record::children::ChildEnd;
use crate::run::record::ledger::{Children, Ledger};
use crate::run::record::metrics;
use crate::run::stop::control::Control;
use crate::run::stop::flags::Flag;
use crate::run::stop::mail::{Answer, Mail};

#[derive(Debug)]
pub(crate) struct Driver {
    machine: Machine,
    hears_signals: bool,
    plan: Arc<Plan>,
    control: Arc<Control>,
    ledger: Arc<Ledger>,
    assembly: Assembly,
    openings: HashMap<Id, AbortHandle>,
    waits: Vec<AbortHandle>,
}

impl Driver {
    pub(crate) fn new(assembly: Assembly) -> Self {
        Self {
            machine: Machine::new(assembly.plan.clone()),
            hears_signals: false,
            plan: assembly.plan.clone(),
            control: assembly.control.clone(),
            ledger: assembly.ledger.clone(),
            assembly,
            openings: HashMap::new(),
            waits: Vec::new(),
        }
    }

    /// There is a guard that hears signals.
    pub(crate) fn hearing_signals(mut self, hears: bool) -> Self {
        self.hears_signals = hears;
        self
    }

    /// From the first resource to the last. Needs a tokio runtime with time.
    pub(crate) async fn run(mut self) {
        self.control.time.clock.follow_runtime();
        self.calls().begin(self.control.time.clock.is_paused());
        metrics::describe(self.calls());
        // The signals come in real time, and a test's clock would not wait for them.
        if self.hears_signals && !self.control.time.clock.is_paused() {
            self.machine.hear_signals();
        }
        // Asked for before it began: then nothing is opened.
        let mut goes_on = self.step(Event::Begin);
        while goes_on {
            goes_on = match self.next().await {
                Some(Mail::Event(event)) => self.step(event),
                Some(Mail::Of { id, life, event }) if life == self.assembly.components[id].tree.life() => {
                    self.step(event)
                }
                Some(Mail::During { called_off, event }) if called_off == self.control.request.called_off() => {
                    self.step(event)
                }
                Some(Mail::CallOff(answer)) => self.call_off(answer),
                // What was over before.
                Some(Mail::Of { .. } | Mail::During { .. }) => true,
                None => self.step(Event::Tick),
            };
        }
    }

    /// `false`: all is over.
    fn step(&mut self, event: Event) -> bool {
        self.hear_of_request();
        let actions = self.machine.step(self.control.now(), event);
        self.act(actions)
    }

    /// The request comes before what follows from it: a task may end because of it, and its end may arrive first.
    fn hear_of_request(&mut self) {
        if !self.machine.is_stopping() {
            if let Some(reason) = self.control.request.reason() {
                let actions = self.machine.step(self.control.now(), Event::Request(reason));
                self.act(actions);
            }
        }
    }

    /// The machine decides; the decision holds at once for every thread that requests shutdown, or forces it.
    fn call_off(&mut self, answer: Answer) -> bool {
        self.hear_of_request();
        let (now, machine) = (self.control.now(), &mut self.machine);
        let mut actions = Vec::new();
        self.control.call_off(|is_forced| {
            actions = match is_forced {
                true => vec![Action::Refuse(AbortError::Forced)],
                false => machine.step(now, Event::CallOff),
            };
            actions.iter().any(|action| matches!(action, Action::CallOff { .. }))
        });
        let told = actions.iter().find_map(|action| self.answer(action));
        let goes_on = self.act(actions);
        if let Some(told) = told {
            // The caller may be gone, and its waker is user code.
            self.calls().errand(move || drop(answer.send(told)));
        }
        goes_on
    }

    fn answer(&self, action: &Action) -> Option<Result<Vec<String>, AbortError>> {
        match action {
            Action::CallOff { ended } => Some(Ok(ended.iter().map(|id| self.plan.parts[*id].name.clone()).collect())),
            Action::Refuse(refusal) => Some(Err(refusal.clone())),
            _ => None,
        }
    }

    fn act(&mut self, actions: Vec<Action>) -> bool {
        for action in actions {
            self.perform(action);
        }
        self.control.deadline.set_next_timer(self.machine.next_timer());
        self.control.broadcast.stepped.ring(self.calls());
        !self.machine.is_over()
    }

    async fn next(&mut self) -> Option<Mail> {
        let timer = self.machine.next_timer();
        match timer {
            // The channel stays open: this driver itself holds a sender.
            Some(moment) => {
                timeout_at(self.control.time.instant(moment), self.assembly.mail.recv()).await.ok().flatten()
            }
            None => self.assembly.mail.recv().await,
        }
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::SetState(state) => {
                self.ledger.set_state(state);
                self.control.stage.set_state(state);
                self.calls().event(Level::DEBUG, move |spans| {
                    tracing::debug!(target: "lifecycle", parent: &spans.shutdown, %state, "state");
                });
            }
            Action::Open(id) => self.open(id),
            Action::CancelOpening { id, until } => self.cancel_opening(id, until),
            Action::DropOpening(id) => self.drop_opening(id),
            Action::RunTasks => self.run_tasks(),
            Action::Announce(reason) => self.announce(reason),
            Action::Enter { phase, ends } => self.enter(phase, ends),
            Action::Leave { phase, end } => self.leave(phase, end),
            Action::CallOff { .. } => self.go_back(),
            Action::Refuse(_) => {}
            Action::RunAgain(id) => self.run_again(id),
            Action::StopNewWork => self.stop_new_work(),
            Action::AwaitAcceptors => self.await_acceptors(),
            Action::AwaitRequests => self.await_requests(),
            Action::RefuseSpawns => self.refuse_spawns(),
            Action::RunHook { id, until } => self.run_hook(id, until),
            Action::SkipHook(id) => self.skip_hook(id),
            Action::Cancel { id, until } => {
                self.ledger.asked(id, self.control.now());
                self.assembly.components[id].tree.cancel(until);
            }
            Action::Abort(id) => self.abort(id),
            Action::GiveUp(id) => self.give_up(id),
            Action::Close { id, until } => self.close(id, until),
            Action::Reopened(id) => self.reopened(id),
            Action::NotReopened { id, error } => self.not_reopened(id, error),
            Action::Settled(id) => self.settled(id),
            Action::Finish(state) => {
                self.waits.drain(..).for_each(|wait| wait.abort());
                let seconds = rounded(self.control.request.age().unwrap_or_default());
                self.calls().event(Level::INFO, move |spans| {
                    tracing::info!(target: "lifecycle", parent: &spans.shutdown, %state, seconds, "shutdown ends");
                    *spans = Spans::default();
                });
            }
        }
    }

    /// Subscribers and recorders are never called here: one that blocks or panics would take the coordinator with it.
    fn calls(&self) -> &Calls {
        self.control.calls()
    }

    fn task_components(&self) -> impl Iterator<Item = (Id, &Component)> {
        self.plan.tasks().map(|(id, _)| (id, &self.assembly.components[id]))
    }

    fn announce(&mut self, reason: Reason) {
        let why = reason.to_string();
        self.calls().event(Level::INFO, move |spans| {
            // Without the reason: a subscriber that shows the spans of an event would repeat it in every line.
            spans.shutdown = tracing::info_span!(target: "lifecycle", "shutdown");
            tracing::info!(target: "lifecycle", parent: &spans.shutdown, reason = %why, "shutdown begins");
        });
        self.control.request(reason);
    }

    fn leave(&mut self, phase: Phase, end: PhaseEnd) {
        let is_forced_early = phase < Phase::CompleteCurrent && end == PhaseEnd::Forced;
        if phase == Phase::CompleteCurrent || is_forced_early {
            self.count_cut_requests();
        }
        self.ledger.phase_ends(phase, self.control.now(), end);
        let level = if end == PhaseEnd::Completed { Level::DEBUG } else { Level::INFO };
        self.calls().event(level, move |spans| {
            // What went well is seen by the next phase.
            if end == PhaseEnd::Completed {
                tracing::debug!(target: "lifecycle", parent: &spans.phase, end = end.name(), "phase ends");
            } else {
                tracing::info!(target: "lifecycle", parent: &spans.phase, end = end.name(), "phase ends");
            }
            spans.phase = Span::none();
        });
    }

    fn await_acceptors(&mut self) {
        let control = self.control.clone();
        let called_off = control.request.called_off();
        self.wait(async move {
            control.requests.acceptors_gone().await;
            control.post(Mail::During { called_off, event: Event::AcceptorsGone });
        });
    }

    fn await_requests(&mut self) {
        let control = self.control.clone();
        self.wait(async move {
            control.requests.idle().await;
            control.send(Event::RequestsDone);
        });
    }

    fn wait(&mut self, wait: impl Future<Output = ()> + Send + 'static) {
        self.waits.push(tokio::spawn(wait).abort_handle());
    }

    /// The control has gone back already; this is the rest.
    fn go_back(&mut self) {
        self.waits.drain(..).for_each(|wait| wait.abort());
        self.ledger.called_off(self.control.requests.refused_by_name());
        for (id, _) in self.plan.hooks() {
            if self.ledger.book().records[id].outcome.is_some() {
                self.ledger.anew(id, Doing::Nothing);
            }
        }
        self.task_components().for_each(|(_, component)| component.tree.goes_on());
        self.calls().event(Level::INFO, |spans| {
            tracing::info!(target: "lifecycle", parent: &spans.shutdown, "shutdown called off");
            *spans = Spans::default();
        });
        metrics::called_off(self.calls());
        self.control.deadline.wake_guard();
    }

    fn enter(&mut self, phase: Phase, ends: Moment) {
        let now = self.control.now();
        self.ledger.phase_begins(phase, now);
        self.control.stage.enter(phase, ends);
        if phase == Phase::ForceCleanup {
            self.control.broadcast.outside.raise(Flag::Cancelled);
            self.control.deadline.lower(self.control.real_now() + ends.saturating_sub(now));
        }
        self.control.deadline.wake_guard();
        let seconds = rounded(ends.saturating_sub(now));
        self.calls().event(Level::INFO, move |spans| {
            spans.phase = tracing::info_span!(target: "lifecycle", parent: &spans.shutdown, "phase", %phase);
            tracing::info!(target: "lifecycle", parent: &spans.phase, seconds, "phase begins");
        });
    }

    fn stop_new_work(&mut self) {
        self.control.stop_new_work();
        self.ledger.book().in_flight_at_drain = self.control.requests.by_name();
        let now = self.control.now();
        for (id, task) in self.plan.tasks().filter(|(_, task)| task.completes) {
            self.ledger.asked(id, now);
            if let Some(bound) = task.stop_timeout {
                self.assembly.components[id].flags.set_until(now.saturating_add(bound));
            }
        }
    }

    /// Counted now: a task that is cut off later drops its guards, and its requests would look as if they had ended.
    fn count_cut_requests(&self) {
        self.ledger.book().requests_cut = self.control.requests.busy();
    }

    /// Clones of a `Shutdown` may outlive their task: those of tasks that have ended are told now.
    fn refuse_spawns(&self) {
        self.control.broadcast.outside.raise(Flag::Cancelled);
        for (id, component) in self.task_components() {
            component.tree.refuse();
            if self.ledger.book().records[id].outcome.is_some() {
                component.flags.raise(Flag::Cancelled);
            }
        }
    }

    fn abort(&mut self, id: Id) {
        self.ledger.asked(id, self.control.now());
        self.ledger.seen(id);
        let component = &self.assembly.components[id];
        let name = component.name.clone();
        self.calls().event(Level::WARN, move |spans| {
            tracing::warn!(target: "lifecycle", parent: &spans.phase, component = &*name, "aborted: its time is over");
        });
        component.tree.abort();
    }

    fn give_up(&mut self, id: Id) {
        let component = &self.assembly.components[id];
        let now = self.control.now();
        let name = component.name.clone();
        self.calls().event(Level::ERROR, move |spans| {
            tracing::error!(target: "lifecycle", parent: &spans.phase, component = &*name, "left behind: it cannot be ended");
        });
        for (name, beat) in component.tree.running() {
            self.ledger.child_seen(id, &name, beat);
            let ending = Ending { outcome: Outcome::Leaked, error: None };
            let (owner, name) = (id, &name);
            self.ledger.child_ended(ChildEnd { owner, name, ending, asked: None, now, requested: true, pulse: None });
        }
        self.ledger.seen(id);
        self.ledger.given_up(id, now);
    }
}

/// Dropping a running App aborts all that runs: nothing of it goes on unseen.
impl Drop for Driver {
    fn drop(&mut self) {
        self.assembly.shared.change_lock.close(self.calls());
        if self.machine.is_over() {
            return;
        }
        self.waits.iter().chain(self.openings.values()).for_each(AbortHandle::abort);
        for component in &self.assembly.components {
            component.tree.abort();
        }
    }
}
