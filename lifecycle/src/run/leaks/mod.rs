//! What an App leaves behind: looked for when it is over, by comparing with what was there when it began.
//!
//! A process has one table of descriptors and one list of children, whatever opened and started them. So the question
//! is always whose something is; where that cannot be told, nothing is reported, and a note says so. Three sources of
//! an answer, in `reach`: the App has the process to itself; or the test's own runtime watches the descriptor, and the
//! test's own thread started the child.

mod at_end;
mod library;
mod neighbours;
mod own;
mod proc;
mod settings;
mod sockets;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::sys::panics;
use crate::words::counted::counted;
use crate::words::leak::Leak;

use self::at_end::AtEnd;
use self::neighbours::Neighbour;
use self::proc::Look;
use crate::run::record::ledger::Ledger;
use crate::run::resource::res::Slot;
use crate::run::stop::control::Control;

pub(crate) use self::library::LibraryWatch;
#[cfg(feature = "test-util")]
pub(crate) use self::own::{
    begin as watch_test_body, end as leave_test_body, poll as poll_test_body, spawn as spawn_for_harness,
};
pub(crate) use self::settings::{LeakSettings, TestRuntime};
use self::settings::{NAMES, WAITS, alive_tasks};

/// What of an App leaks are looked for in.
#[derive(Debug)]
pub(crate) struct LeakScope {
    pub(crate) control: Arc<Control>,
    pub(crate) ledger: Arc<Ledger>,
    /// Its resources, by name.
    pub(crate) slots: Vec<(String, Arc<Slot>)>,
}

/// An App that runs, as far as leaks are concerned.
#[derive(Debug)]
pub(crate) struct LeakWatch {
    neighbour: Arc<Neighbour>,
    search: Option<Search>,
    /// Where leaks are not looked for.
    at_end: Option<AtEnd>,
}

#[derive(Debug)]
struct Search {
    control: Arc<Control>,
    ledger: Arc<Ledger>,
    slots: Vec<(String, Arc<Slot>)>,
    before: Look,
    tasks_before: usize,
    test: Option<TestRuntime>,
    /// Nothing else in the process opens or starts anything, unless it is an App.
    alone: bool,
}

/// What a comparison gives.
#[derive(Debug, Default)]
struct Found {
    /// Handles and tasks.
    held: Vec<Leak>,
    opened: Look,
    note: Option<String>,
}

impl Found {
    fn named(&self, until: Instant) -> Vec<Leak> {
        let mut leaks = self.held.clone();
        leaks.extend(self.opened.children.iter().filter_map(|pid| proc::process(*pid)));
        leaks.extend(sockets::described(&self.opened.descriptors, until));
        leaks
    }
}

/// How far an App's own things can be told from others'.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Reach {
    Process,
    Runtime,
    Nothing,
}

impl LeakWatch {
    /// Called on the thread that runs the App, or builds the runtime that will.
    pub(crate) fn start(settings: &LeakSettings, app: LeakScope, library: &LibraryWatch) -> Self {
        let thread = std::thread::current().id();
        let neighbour = library.neighbour();
        let search = settings.detect.then(|| {
            let test = settings.test.clone().filter(|test| test.thread == thread);
            let pollers = test.as_ref().map_or(&[][..], |test| &test.pollers);
            Search {
                control: app.control.clone(),
                ledger: app.ledger.clone(),
                slots: app.slots,
                before: Look::now(pollers),
                tasks_before: alive_tasks(),
                test,
                alone: proc::is_main_thread() || neighbours::is_only_test(),
            }
        });
        let at_end = search.is_none().then(|| AtEnd::start(app.ledger));
        Self { neighbour, search, at_end }
    }

    /// Looks, and notes in the ledger what is left. Called within the runtime, when the App is over. `owns_runtime`: that
    /// ends with the App, and with it all of its tasks.
    pub(crate) async fn finish(self, owns_runtime: bool) {
        if let Some(at_end) = self.at_end.filter(|_| !self.neighbour.shares_process()) {
            at_end.note(owns_runtime).await;
        }
        let Some(search) = self.search else { return };
        let mut found = search.compare(&self.neighbour);
        for wait in WAITS {
            if found.held.is_empty() && found.opened.is_empty() {
                break;
            }
            give_way(wait).await;
            let before = std::mem::replace(&mut found, search.compare(&self.neighbour));
            found.opened.keep_steady(&before.opened);
        }
        let leaks = found.named(search.until());
        let mut book = search.ledger.book();
        book.leaks = leaks;
        book.leaks_note = found.note;
    }
}

/// Lets everything else run; the system too, if there is time. Time of a paused clock does not pass.
async fn give_way(time: Duration) {
    for _ in 0..32 {
        tokio::task::yield_now().await;
    }
    if !time.is_zero() {
        // A clock that is paused stands still while a blocking task runs. Tokio panics if there is no thread for it.
        let sleeps = panics::catch_silently(|| tokio::task::spawn_blocking(move || std::thread::sleep(time)));
        match sleeps {
            Ok(sleeps) => drop(sleeps.await),
            Err(_) => std::thread::sleep(time),
        }
    }
}

impl Search {
    /// How long names may be looked for: the guard ends the process soon after the deadline.
    fn until(&self) -> Instant {
        let left = self.control.deadline.get().map(|deadline| deadline.saturating_sub(self.control.real_now()));
        Instant::now() + left.unwrap_or(NAMES.1).clamp(NAMES.0, NAMES.1)
    }

    fn reach(&self, neighbour: &Neighbour) -> Reach {
        match &self.test {
            _ if self.alone && !neighbour.shares_process() => Reach::Process,
            Some(_) if !neighbour.shares_thread() => Reach::Runtime,
            _ => Reach::Nothing,
        }
    }

    fn compare(&self, neighbour: &Neighbour) -> Found {
        let mut found = Found::default();
        let mut doubts = Vec::new();
        self.handles(&mut found);
        let shared = if self.test.is_some() { neighbour.shares_thread() } else { neighbour.shares_process() };
        self.tasks(shared, &mut found, &mut doubts);
        let pollers = self.test.as_ref().map_or(&[][..], |test| &test.pollers);
        let now = Look::now(pollers);
        self.opened(self.reach(neighbour), &now, &mut found, &mut doubts);
        if !doubts.is_empty() {
            found.note = Some(format!(
                "{} appeared while it ran, and may be another's: not counted as leaks (a test knows more when it runs by itself, with `--test-threads=1`)",
                doubts.join(" and ")
            ));
        }
        found
    }

    fn handles(&self, found: &mut Found) {
        for (resource, slot) in &self.slots {
            let leak = |(holder, count): (Arc<str>, usize)| Leak::Handle {
                resource: resource.clone(),
                holder: holder.to_string(),
                count,
            };
            found.held.extend(slot.all_holders().into_iter().map(leak));
        }
    }

    /// Children are known by name, whatever else runs; of the runtime's other tasks only the number is known.
    fn tasks(&self, shared: bool, found: &mut Found, doubts: &mut Vec<String>) {
        let mut children: BTreeMap<String, usize> = BTreeMap::new();
        for (owner, name, _) in self.ledger.running_children() {
            *children.entry(format!("{}/{name}", self.ledger.plan.parts[owner].name)).or_default() += 1;
        }
        let named: usize = children.values().sum();
        let more = alive_tasks().saturating_sub(self.tasks_before + named);
        found.held.extend(children.into_iter().map(|(name, count)| Leak::Task { name: Some(name), count }));
        let others = if shared { more } else { own::tasks().min(more) };
        if more > others {
            found.held.push(Leak::Task { name: None, count: more - others });
        }
        if others > 0 {
            doubts.push(counted(others, "task of the runtime", "tasks of the runtime"));
        }
    }

    fn opened(&self, reach: Reach, now: &Look, found: &mut Found, doubts: &mut Vec<String>) {
        let new = now.without(&self.before).without(&own::things());
        found.opened = match reach {
            Reach::Process => new.clone(),
            Reach::Runtime => new.of_runtime(),
            Reach::Nothing => Look::default(),
        };
        let rest = new.without(&found.opened);
        if !rest.descriptors.is_empty() {
            doubts.push(counted(rest.descriptors.len(), "open descriptor", "open descriptors"));
        }
        if !rest.children.is_empty() {
            doubts.push(counted(rest.children.len(), "child process", "child processes"));
        }
    }
}
