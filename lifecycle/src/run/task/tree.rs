//! A component and the tasks that it spawned: they are cancelled, aborted and waited for together.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tracing::Level;

use crate::decide::{Cause, Ending, Event, Moment};
use crate::plan::Id;
use crate::sys::locks::lock;
use crate::words::duration::show;
use crate::words::outcome::Outcome;

use crate::run::record::children::ChildEnd;
use crate::run::record::ledger::{Children, Ledger};
use crate::run::record::pulse::{Beat, Pulse};
use crate::run::stop::control::Control;
use crate::run::stop::flags::{Flag, Flags};
use crate::run::stop::mail::Mail;
use crate::run::stop::pause::RunState;

#[derive(Debug)]
pub(crate) struct TaskTree {
    id: Id,
    root: Root,
    flags: Arc<Flags>,
    control: Arc<Control>,
    ledger: Arc<Ledger>,
    inner: Mutex<Inner>,
    /// The last child has ended.
    childless: Notify,
}

/// What a component is to its children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    /// They may outlast it. The coordinator hears of its return before they are gone.
    Task,
    /// They serve it: when it is over they are cancelled.
    Hook,
    /// They drive it: when it has closed they come to their own end.
    Resource,
}

#[derive(Debug, Default)]
struct Inner {
    /// How often the root was begun anew: what an earlier one still has to say is of no interest any more.
    life: u32,
    root: Option<AbortHandle>,
    root_ended: bool,
    /// When the root of children that drive it was over.
    closed: Option<Moment>,
    refuses: bool,
    aborted: bool,
    children: HashMap<u64, Child>,
    next_key: u64,
}

#[derive(Debug)]
struct Child {
    name: Arc<str>,
    /// It is dropped at its next `.await` when it is cancelled.
    drops: bool,
    /// It had time to end by itself, and is dropped.
    is_late: bool,
    flags: Arc<Flags>,
    pulse: Arc<Pulse>,
    handle: Option<AbortHandle>,
}

impl Child {
    fn ask(&self) {
        self.flags.ask(self.pulse.polls());
    }

    fn look(&self) -> Beat {
        self.pulse.look(&self.flags)
    }
}

impl TaskTree {
    pub(crate) fn new(id: Id, root: Root, flags: Arc<Flags>, control: Arc<Control>, ledger: Arc<Ledger>) -> Arc<Self> {
        Arc::new(Self { id, root, flags, control, ledger, inner: Mutex::default(), childless: Notify::new() })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        lock(&self.inner)
    }

    /// Keeps the handle by which the root can be aborted.
    pub(crate) fn set_root(&self, handle: AbortHandle) {
        let mut inner = self.inner();
        if inner.root_ended {
            return;
        }
        if inner.aborted {
            handle.abort();
        }
        inner.root = Some(handle);
    }

    /// A place for a child, or `None`: none are taken any more.
    pub(crate) fn admit(&self, name: Arc<str>, flags: Arc<Flags>, pulse: Arc<Pulse>, drops: bool) -> Option<u64> {
        let mut inner = self.inner();
        if inner.refuses {
            return None;
        }
        let key = inner.next_key;
        inner.next_key += 1;
        inner.children.insert(key, Child { name, drops, is_late: false, flags, pulse, handle: None });
        Some(key)
    }

    pub(crate) fn set_child(&self, key: u64, handle: AbortHandle) {
        let mut inner = self.inner();
        let aborted = inner.aborted;
        if let Some(child) = inner.children.get_mut(&key) {
            if aborted {
                handle.abort();
            }
            child.handle = Some(handle);
        }
    }

    /// Takes no more children.
    pub(crate) fn refuse(&self) {
        self.inner().refuses = true;
    }

    /// It is their turn: those that have not ended by `until` will be aborted.
    pub(crate) fn cancel(&self, until: Moment) {
        let all_flags: Vec<Arc<Flags>> = {
            let mut inner = self.inner();
            inner.refuses = true;
            inner.children.values().for_each(Child::ask);
            inner.children.values().map(|child| child.flags.clone()).collect()
        };
        for flags in all_flags.iter().chain([&self.flags]) {
            flags.set_until(until);
            flags.raise(Flag::Cancelled);
        }
    }

    /// The resource has closed: of its children, those that listen are told, and none is dropped yet.
    fn tell_drivers(&self, until: Moment) {
        let told: Vec<Arc<Flags>> = {
            let inner = self.inner();
            let listening = inner.children.values().filter(|child| !child.drops);
            listening.inspect(|child| child.ask()).map(|child| child.flags.clone()).collect()
        };
        for flags in told {
            flags.set_until(until);
            flags.raise(Flag::Cancelled);
        }
    }

    /// Resolves when no child runs. Cancel safe.
    pub(crate) async fn until_childless(&self) {
        loop {
            let mut childless = pin!(self.childless.notified());
            // Registered first and then looked: no end is missed.
            childless.as_mut().enable();
            if self.inner().children.is_empty() {
                return;
            }
            childless.await;
        }
    }

    /// They have had their time to end by themselves: children that can be dropped are dropped, and no more are taken.
    pub(crate) fn drop_late_children(&self) {
        let late: Vec<(Arc<str>, Arc<Flags>)> = {
            let mut inner = self.inner();
            inner.refuses = true;
            let late = inner.children.values_mut().filter(|child| child.drops);
            late.map(|child| {
                child.is_late = true;
                child.ask();
                (child.name.clone(), child.flags.clone())
            })
            .collect()
        };
        for (child, flags) in late {
            let name = self.name();
            self.control.calls().event(Level::WARN, move |_| {
                tracing::warn!(target: "lifecycle", resource = name, child = &*child, "dropped: it did not end after its resource had closed");
            });
            flags.raise(Flag::Cancelled);
        }
    }

    /// What an `open` that came to nothing has spawned has nothing to drive.
    pub(crate) fn never_opened(&self) {
        self.refuse();
        self.drop_children();
    }

    /// Aborts all that still run, having noted where each was.
    pub(crate) fn abort(&self) {
        let handles: Vec<AbortHandle> = {
            let mut inner = self.inner();
            inner.refuses = true;
            inner.aborted = true;
            for child in inner.children.values() {
                child.ask();
                self.ledger.child_seen(self.id, &child.name, child.look());
            }
            let children = inner.children.values().filter_map(|child| child.handle.clone());
            children.chain(inner.root.clone().filter(|_| !inner.root_ended)).collect()
        };
        handles.iter().for_each(AbortHandle::abort);
    }

    /// The component's name.
    pub(crate) fn name(&self) -> String {
        self.ledger.plan.parts[self.id].name.clone()
    }

    /// Whose tree it is.
    pub(crate) fn id(&self) -> Id {
        self.id
    }

    /// The component's own view of the shutdown.
    pub(crate) fn flags(&self) -> &Flags {
        &self.flags
    }

    /// What its group says, to the root and to the children as far as they are: more may come afterwards.
    pub(crate) fn tell(&self, flag: Flag, until: Moment) {
        let all_flags: Vec<Arc<Flags>> = self.inner().children.values().map(|child| child.flags.clone()).collect();
        for flags in all_flags.iter().chain([&self.flags]) {
            flags.set_until(until);
            flags.raise_for_group(flag);
        }
    }

    /// The root, or the child of this name, was left waiting for input.
    pub(crate) fn waits_for_input(&self, child: Option<&str>) {
        self.ledger.waits_for_input(self.id, child);
    }

    /// Which life of the root this is.
    pub(crate) fn life(&self) -> u32 {
        self.inner().life
    }

    /// The root begins anew. Children of the one before go on.
    pub(crate) fn begin_anew(&self) {
        let mut inner = self.inner();
        inner.life += 1;
        (inner.root, inner.root_ended, inner.refuses, inner.aborted) = (None, false, false, false);
        inner.closed = None;
    }

    /// Takes children again, if it takes any at all: a shutdown that had told it to end was called off.
    pub(crate) fn goes_on(&self) {
        let mut inner = self.inner();
        let is_over = inner.root_ended && inner.children.is_empty();
        inner.refuses = is_over || inner.aborted;
    }

    /// Drops the children at their next `.await`; the root goes on.
    pub(crate) fn drop_children(&self) {
        let inner = self.inner();
        let handles: Vec<AbortHandle> = inner.children.values().filter_map(|child| child.handle.clone()).collect();
        drop(inner);
        handles.iter().for_each(AbortHandle::abort);
    }

    pub(super) fn root_ended(&self, ending: Ending, cause: Cause, life: u32) {
        let (over, before) = {
            let mut inner = self.inner();
            if inner.life != life {
                return;
            }
            let before = self.ledger.note_end(self.id, ending.clone(), self.control.now());
            // Its handle holds the runtime's descriptors, and what was handed to the component may outlive the runtime.
            (inner.root, inner.root_ended) = (None, true);
            inner.closed = (self.root == Root::Resource).then(|| self.control.now());
            let over = inner.children.is_empty();
            // A hook's children have nothing left to live for.
            inner.refuses |= over || self.root == Root::Hook;
            self.note(over);
            (over, before)
        };
        self.ledger.measure_end(self.id, before, ending.outcome);
        if self.root == Root::Task {
            self.post(life, Event::Returned(self.id, ending, cause));
        }
        if over {
            return self.post(life, Event::Ended(self.id));
        }
        // What does not end is aborted when the bound of the root is over.
        let until = self.flags.until().unwrap_or_else(|| self.control.now());
        match self.root {
            Root::Task => {}
            Root::Hook => self.cancel(until),
            Root::Resource => self.tell_drivers(until),
        }
    }

    pub(super) fn child_ended(&self, key: u64, ending: Ending) {
        let over = {
            let mut inner = self.inner();
            let Some(child) = inner.children.remove(&key) else { return };
            let mut ending = ending;
            if ending.outcome == Outcome::Aborted && !inner.aborted {
                // Aborted through its handle: that is no force.
                ending.outcome = Outcome::Cancelled;
            }
            let (now, requested) = (self.control.now(), self.control.has(Flag::Requested));
            if let (true, Some(closed)) = (child.is_late, inner.closed) {
                let time = show(now.saturating_sub(closed));
                ending.error.get_or_insert(format!("dropped: it had not ended {time} after its resource had closed"));
            }
            self.ledger.child_ended(ChildEnd {
                owner: self.id,
                name: &child.name,
                ending,
                asked: inner.closed,
                now,
                requested,
                pulse: Some(&child.pulse),
            });
            if inner.children.is_empty() {
                self.childless.notify_waiters();
            }
            let over = inner.root_ended && inner.children.is_empty();
            // A clone of its `Tasks` may live on: what it spawned now would have no owner.
            inner.refuses |= over;
            self.note(over);
            over.then_some(inner.life)
        };
        if let Some(life) = over {
            self.post(life, Event::Ended(self.id));
        }
    }

    /// For the group that stops it. Under the lock, so that it is said before the root can be begun anew.
    fn note(&self, over: bool) {
        if over && self.root == Root::Task {
            self.ledger.pause(self.id).set(RunState::Ended, self.control.calls());
        }
    }

    fn post(&self, life: u32, event: Event) {
        self.control.post(Mail::Of { id: self.id, life, event });
    }
}

impl Children for TaskTree {
    fn running(&self) -> Vec<(Arc<str>, Beat)> {
        self.inner().children.values().map(|child| (child.name.clone(), child.look())).collect()
    }
}
