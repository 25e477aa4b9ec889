//! A play: the cast is a plan, events are the cues, and what the coordinator does is read line by line.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use crate::decide::{Action, Cause, Ending, Event, Machine};
use crate::plan::parts::{Part, Parts, Sort};
use crate::plan::{Id, Plan};
use crate::words::component::{HookSettings, ResourceSettings, TypeKey};
use crate::words::outcome::Outcome;
use crate::words::phase::Phase;
use crate::words::place::Place;
use crate::words::reason::{Reason, Signal};
use crate::words::settings::{Layer, resolve};
use crate::words::task::{Periodic, TaskKind, TaskSettings};

/// A type of its own for each resource.
struct Prop<const N: usize>;

pub(super) fn key(at: usize) -> TypeKey {
    [
        TypeKey::of::<Prop<0>>(),
        TypeKey::of::<Prop<1>>(),
        TypeKey::of::<Prop<2>>(),
        TypeKey::of::<Prop<3>>(),
        TypeKey::of::<Prop<4>>(),
        TypeKey::of::<Prop<5>>(),
        TypeKey::of::<Prop<6>>(),
        TypeKey::of::<Prop<7>>(),
        TypeKey::of::<Prop<8>>(),
        TypeKey::of::<Prop<9>>(),
    ][at]
}

pub(super) fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

/// Who takes part, and how much time there is. Options such as `priority` are those of the last one named.
#[derive(Clone, Debug)]
pub(super) struct Cast {
    parts: Vec<Part>,
    layer: Layer,
}

impl Cast {
    /// No components yet; thirty seconds: 2 are for *stop_new_work*, 8 for *complete_current*, 15 for
    /// *cancel_tasks* and 5 for *force_cleanup*.
    pub(super) fn new() -> Self {
        Self { parts: Vec::new(), layer: Layer::default() }
    }

    pub(super) fn phases(mut self, total: f64, phases: [f64; 5]) -> Self {
        self.layer = Layer { total: Some(seconds(total)), phases: phases.map(|phase| Some(seconds(phase))) };
        self
    }

    fn part(mut self, name: &str, needs: Vec<TypeKey>, sort: Sort) -> Self {
        let place = Place::new("src/cast.rs", 1, 1);
        let (name, tags) = (name.to_owned(), Cow::Borrowed(&[][..]));
        self.parts.push(Part { name, place, module: None, priority: 0, tags, needs, sort });
        self
    }

    pub(super) fn resource(self, name: &str, needs: &[&str]) -> Self {
        let place = |name: &str| self.parts.iter().position(|part| part.name == name).expect("named before");
        let needs = needs.iter().map(|need| key(place(need))).collect();
        let sort = Sort::Resource { key: key(self.parts.len()), settings: ResourceSettings::DEFAULT, hears: false };
        self.part(name, needs, sort)
    }

    pub(super) fn main(self) -> Self {
        self.part("main", Vec::new(), Sort::Main { takes_shutdown: true, on_shutdown: None, blocking: false })
    }

    /// One that *complete_current* does not wait for.
    pub(super) fn task(self, name: &str) -> Self {
        self.part(name, Vec::new(), Sort::Task(TaskSettings { takes_shutdown: true, ..TaskSettings::DEFAULT }))
    }

    /// A periodic one: *complete_current* waits for its run.
    pub(super) fn ticker(self, name: &str) -> Self {
        let settings = TaskSettings::new(TaskKind::Periodic(Periodic::every(seconds(1.0))));
        self.part(name, Vec::new(), Sort::Task(settings))
    }

    /// A hook that takes a resource.
    pub(super) fn hook_with(mut self, name: &str, phase: Phase, need: &str) -> Self {
        let place = self.parts.iter().position(|part| part.name == need).expect("named before");
        self = self.hook(name, phase);
        self.last().needs.push(key(place));
        self
    }

    pub(super) fn hook(self, name: &str, phase: Phase) -> Self {
        let settings = HookSettings::new(phase);
        self.part(name, Vec::new(), Sort::Hook(settings))
    }

    fn last(&mut self) -> &mut Part {
        self.parts.last_mut().expect("a component")
    }

    pub(super) fn priority(mut self, priority: i32) -> Self {
        self.last().priority = priority;
        self
    }

    /// Its `open` takes a `Shutdown`.
    pub(super) fn hears(mut self) -> Self {
        if let Sort::Resource { hears, .. } = &mut self.last().sort {
            *hears = true;
        }
        self
    }

    /// Its own bound on opening.
    pub(super) fn opens_within(mut self, bound: f64) -> Self {
        if let Sort::Resource { settings, .. } = &mut self.last().sort {
            settings.open_timeout = Some(seconds(bound));
        }
        self
    }

    /// Its own bound on stopping, on its run, or on closing.
    pub(super) fn within(mut self, bound: f64) -> Self {
        let bound = Some(seconds(bound));
        match &mut self.last().sort {
            Sort::Task(settings) => settings.stop_timeout = bound,
            Sort::Hook(settings) => settings.timeout = bound,
            Sort::Resource { settings, .. } => settings.close_timeout = bound,
            Sort::Main { .. } => unreachable!("main has no bound of its own"),
        }
        self
    }

    /// It is dropped when it is cancelled.
    pub(super) fn without_shutdown(mut self) -> Self {
        if let Sort::Task(settings) = &mut self.last().sort {
            settings.takes_shutdown = false;
        }
        self
    }

    pub(super) fn not_critical(mut self) -> Self {
        if let Sort::Task(TaskSettings { kind: TaskKind::Plain(plain), .. }) = &mut self.last().sort {
            plain.critical = false;
        }
        self
    }

    pub(super) fn plan(self) -> Arc<Plan> {
        let budget = resolve(self.layer, Layer::default()).expect("a budget");
        Plan::new(Parts(self.parts), budget).expect("a plan")
    }

    pub(super) fn curtain(self) -> Play {
        let plan = self.plan();
        Play {
            machine: Machine::new(plan.clone()),
            plan,
            now: Duration::ZERO,
            lines: Vec::new(),
            actions: Vec::new(),
            quiet: true,
        }
    }

    /// With the start behind it.
    pub(super) fn running(self) -> Play {
        let mut play = self.curtain();
        play.begin();
        let mut asked = play.actions.clone();
        while let Some(action) = asked.pop() {
            if let Action::Open(id) = action {
                asked.extend(play.cue(Event::Opened(id)).actions.clone());
            }
        }
        assert_eq!(play.lines.pop().as_deref(), Some("0 run tasks"));
        play.lines.clear();
        play
    }
}

#[derive(Debug)]
pub(super) struct Play {
    machine: Machine,
    pub(super) plan: Arc<Plan>,
    now: Duration,
    lines: Vec<String>,
    /// What the last cue led to.
    actions: Vec<Action>,
    /// No listeners and no requests: the waits for them are over at once.
    quiet: bool,
}

impl Play {
    /// Listeners and requests are there, and stay until they are told.
    pub(super) fn busy(mut self) -> Self {
        self.quiet = false;
        self
    }

    /// A failure waits for a signal.
    pub(super) fn hearing_signals(mut self) -> Self {
        self.machine.hear_signals();
        self
    }

    pub(super) fn cue(&mut self, event: Event) -> &mut Self {
        let was_over = self.machine.is_over();
        let actions = self.machine.step(self.now, event);
        assert!(!was_over || actions.is_empty(), "after the end: {actions:?}");
        assert!(!self.machine.is_over() || self.machine.next_timer().is_none(), "a timer after the end");
        let lines: Vec<String> = actions.iter().map(|action| self.line(action)).collect();
        self.lines.extend(lines);
        self.actions = actions.clone();
        if self.quiet && actions.contains(&Action::AwaitAcceptors) {
            self.cue(Event::AcceptorsGone);
        }
        if self.quiet && actions.contains(&Action::AwaitRequests) {
            self.cue(Event::RequestsDone);
        }
        self
    }

    /// Time passes until then, with a tick whenever one is wanted.
    pub(super) fn at(&mut self, moment: f64) -> &mut Self {
        let moment = seconds(moment);
        while let Some(timer) = self.next_timer().filter(|timer| *timer <= moment) {
            self.now = self.now.max(timer);
            self.cue(Event::Tick);
        }
        self.now = moment;
        self
    }

    /// The program stands still until then, and no tick comes.
    pub(super) fn blocked_until(&mut self, moment: f64) -> &mut Self {
        self.now = seconds(moment);
        self.cue(Event::Tick)
    }

    /// Only time passes, until all is over.
    pub(super) fn play_out(&mut self) -> &mut Self {
        for _ in 0..10_000 {
            let Some(timer) = self.next_timer() else { break };
            self.now = self.now.max(timer);
            self.cue(Event::Tick);
        }
        assert!(self.is_over(), "not over, and nothing more can come");
        self
    }

    pub(super) fn next_timer(&self) -> Option<Duration> {
        self.machine.next_timer()
    }

    pub(super) fn is_over(&self) -> bool {
        self.machine.is_over()
    }

    pub(super) fn now(&self) -> Duration {
        self.now
    }

    fn id(&self, name: &str) -> Id {
        self.plan.parts.iter().position(|part| part.name == name).expect("in the cast")
    }

    pub(super) fn begin(&mut self) -> &mut Self {
        self.cue(Event::Begin)
    }

    pub(super) fn opened(&mut self, name: &str) -> &mut Self {
        self.cue(Event::Opened(self.id(name)))
    }

    pub(super) fn open_failed(&mut self, name: &str, error: &str) -> &mut Self {
        self.cue(Event::OpenFailed(self.id(name), error.to_owned()))
    }

    pub(super) fn open_dropped(&mut self, name: &str) -> &mut Self {
        self.cue(Event::OpenDropped(self.id(name)))
    }

    pub(super) fn close_some(&mut self, names: &[&str]) -> &mut Self {
        self.cue(Event::CloseSome(names.iter().map(|name| self.id(name)).collect()))
    }

    pub(super) fn open_some(&mut self, names: &[&str]) -> &mut Self {
        self.cue(Event::OpenSome(names.iter().map(|name| self.id(name)).collect()))
    }

    pub(super) fn request(&mut self) -> &mut Self {
        self.cue(Event::Request(Reason::Signal { signal: Signal::Terminate }))
    }

    pub(super) fn force(&mut self) -> &mut Self {
        self.cue(Event::Force)
    }

    pub(super) fn returned(&mut self, name: &str, outcome: Outcome, error: Option<&str>) -> &mut Self {
        let ending = Ending { outcome, error: error.map(str::to_owned) };
        self.cue(Event::Returned(self.id(name), ending, Cause::Own))
    }

    /// It returns because it was told to, and nothing of it is left.
    pub(super) fn stopped(&mut self, name: &str, returns: bool) -> &mut Self {
        let ending = Ending { outcome: Outcome::Stopped, error: None };
        let id = self.id(name);
        self.cue(Event::Returned(id, ending, Cause::Told { returns }));
        // The end of what has begun anew by then is dropped.
        if self.actions.contains(&Action::RunAgain(id)) { self } else { self.ended(name) }
    }

    pub(super) fn call_off(&mut self) -> &mut Self {
        self.cue(Event::CallOff)
    }

    pub(super) fn ended(&mut self, name: &str) -> &mut Self {
        self.cue(Event::Ended(self.id(name)))
    }

    /// All that was done since the last look, each line with its moment in seconds.
    #[track_caller]
    pub(super) fn sees(&mut self, expected: &[&str]) -> &mut Self {
        let lines = std::mem::take(&mut self.lines);
        assert_eq!(lines, expected);
        self
    }

    /// The same, of lines with one of these verbs.
    #[track_caller]
    pub(super) fn sees_of(&mut self, verbs: &str, expected: &[&str]) -> &mut Self {
        let mut lines = std::mem::take(&mut self.lines);
        lines.retain(|line| verbs.split(' ').any(|verb| line.split(' ').nth(1) == Some(verb)));
        assert_eq!(lines, expected);
        self
    }

    #[track_caller]
    pub(super) fn sees_last(&mut self, expected: &str) -> &mut Self {
        let lines = std::mem::take(&mut self.lines);
        assert_eq!(lines.last().map(String::as_str), Some(expected), "{lines:#?}");
        self
    }

    fn line(&self, action: &Action) -> String {
        let name = |id: &Id| &self.plan.parts[*id].name;
        let what = match action {
            Action::SetState(state) => format!("state {state}"),
            Action::Open(id) => format!("open {}", name(id)),
            Action::CancelOpening { id, until } => format!("cancel-opening {} until {}", name(id), show(*until)),
            Action::DropOpening(id) => format!("drop {}", name(id)),
            Action::RunTasks => "run tasks".to_owned(),
            Action::Announce(reason) => format!("announce: {reason}"),
            Action::Enter { phase, ends } => format!("enter {phase} until {}", show(*ends)),
            Action::Leave { phase, end } => format!("leave {phase}: {}", end.name()),
            Action::CallOff { ended } if ended.is_empty() => "call off".to_owned(),
            Action::CallOff { ended } => {
                format!("call off, without {}", ended.iter().map(|id| name(id).as_str()).collect::<Vec<_>>().join(" "))
            }
            Action::Refuse(refusal) => format!("refuse: {refusal}"),
            Action::RunAgain(id) => format!("run-again {}", name(id)),
            Action::StopNewWork => "stop new work".to_owned(),
            Action::AwaitAcceptors => "await acceptors".to_owned(),
            Action::AwaitRequests => "await requests".to_owned(),
            Action::RefuseSpawns => "refuse spawns".to_owned(),
            Action::RunHook { id, until } => format!("hook {} until {}", name(id), show(*until)),
            Action::Cancel { id, until } => format!("cancel {} until {}", name(id), show(*until)),
            Action::Abort(id) => format!("abort {}", name(id)),
            Action::GiveUp(id) => format!("give-up {}", name(id)),
            Action::Close { id, until } => format!("close {} until {}", name(id), show(*until)),
            Action::SkipHook(id) => format!("skip {}", name(id)),
            Action::Reopened(id) => format!("reopened {}", name(id)),
            Action::NotReopened { id, error } => format!("not-reopened {}: {error}", name(id)),
            Action::Settled(id) => format!("settled {}", name(id)),
            Action::Finish(state) => format!("finish {state}"),
        };
        format!("{} {what}", show(self.now))
    }
}

/// Seconds, to the millisecond.
fn show(moment: Duration) -> String {
    ((moment.as_secs_f64() * 1e3).round() / 1e3).to_string()
}
