//! Closing without the runtime: what is `blocking` has a thread of its own anyway.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, OnceLock};
use std::thread::Builder;
use std::time::Instant;

use tokio::runtime::Handle;

use crate::decide::Ending;
use crate::plan::parts::Sort;
use crate::plan::{Id, Node};
use crate::run::drive::assembly::{Assembly, Work};
use crate::run::process::last_closes::{LastCloses, Reach};
use crate::run::record::book::Doing;
use crate::run::record::ledger::Ledger;
use crate::run::resource::code::{AnyArc, CloseFuture, Closing, Opener};
use crate::run::resource::effects::ending_of;
use crate::run::resource::res::Slot;
use crate::run::stop::control::Control;
use crate::run::task::poll::drive;
use crate::run::task::unit::Unit;
use crate::sys::park::block_on;
use crate::words::outcome::Outcome;

/// The resources of an App that are closed on threads of their own.
pub(crate) struct BlockingCloses {
    control: Arc<Control>,
    ledger: Arc<Ledger>,
    /// By the steps in which resources close.
    steps: Vec<Vec<Resource>>,
    /// Its context is where the closes run, whether or not it still does anything.
    runtime: OnceLock<Handle>,
}

struct Resource {
    id: Id,
    unit: Unit,
    opener: Arc<dyn Opener>,
    closing: Closing,
    slot: Arc<Slot>,
}

impl BlockingCloses {
    pub(crate) fn of(assembly: &Assembly) -> Arc<Self> {
        let plan = &assembly.plan;
        let mut steps: Vec<Vec<Resource>> = (0..plan.close_stages).map(|_| Vec::new()).collect();
        for (id, component) in assembly.components.iter().enumerate() {
            let (Node::Resource(node), Sort::Resource { settings, .. }) = (&plan.nodes[id], &plan.parts[id].sort)
            else {
                continue;
            };
            let (Work::Resource { opener, close }, Some(slot)) = (&component.work, &component.slot) else { continue };
            if settings.blocking {
                let (unit, opener) = (component.unit(false), opener.clone());
                steps[node.close_stage].push(Resource { id, unit, opener, closing: close.clone(), slot: slot.clone() });
            }
        }
        let (control, ledger) = (assembly.control.clone(), assembly.ledger.clone());
        Arc::new(Self { control, ledger, steps, runtime: OnceLock::new() })
    }

    /// To be called in the runtime on which the App runs.
    pub(crate) fn enter(&self) {
        let _ = self.runtime.set(Handle::current());
    }

    /// Closes one, if it is open and can be closed; tells when that is over.
    fn begin(&self, resource: &Resource, reach: Reach) -> Option<Receiver<()>> {
        let runtime = self.runtime.get()?.clone();
        let body = resource.take(reach)?;
        self.ledger.closes_last(resource.id);
        self.ledger.asked(resource.id, self.control.now());
        self.ledger.doing(resource.id, Doing::Closing);
        resource.unit.pulse.runs_on_own_thread();
        let (done, over) = channel();
        let (id, unit) = (resource.id, resource.unit.share());
        let (control, ledger) = (self.control.clone(), self.ledger.clone());
        let run = move || {
            let _context = runtime.enter();
            let ending = ending_of(block_on(drive(&unit, body, None)));
            ledger.ended(id, ending, control.now());
            // The waiting thread may have given up.
            let _ = done.send(());
        };
        match Builder::new().name(format!("close-{}", resource.unit.name)).spawn(run) {
            Ok(_) => Some(over),
            Err(error) => {
                let error = Some(format!("no thread for its close: {error}"));
                self.ledger.ended(id, Ending { outcome: Outcome::Failed, error }, self.control.now());
                None
            }
        }
    }
}

impl LastCloses for BlockingCloses {
    fn close(&self, reach: Reach, until: Instant) {
        for (at, step) in self.steps.iter().enumerate() {
            let begun: Vec<Receiver<()>> = step.iter().filter_map(|one| self.begin(one, reach)).collect();
            let steps_left = u32::try_from(self.steps.len() - at).unwrap_or(u32::MAX);
            let now = Instant::now();
            let share_ends = now + until.saturating_duration_since(now) / steps_left;
            for over in begun {
                let _ = over.recv_timeout(share_ends.saturating_duration_since(Instant::now()));
            }
        }
    }
}

impl Resource {
    /// The close, with the value; `None`: it is not open, is being closed already, or others hold it.
    fn take(&self, reach: Reach) -> Option<CloseFuture> {
        match (&self.closing, reach) {
            (Closing::Shared(function), _) => {
                let (function, value) = (function.clone(), self.slot.take()?);
                Some(Box::pin(async move { function(value).await }))
            }
            (_, Reach::Shared) => None,
            (Closing::Owned(function), Reach::All) => {
                let value = self.slot.take()?;
                match self.opener.reclaim(value) {
                    Ok(value) => {
                        let function = function.clone();
                        Some(Box::pin(async move { function(value).await }))
                    }
                    Err(value) => self.leave(value),
                }
            }
            // Dropping is not a close that was asked for.
            (Closing::Drop, Reach::All) => None,
        }
    }

    fn leave(&self, value: AnyArc) -> Option<CloseFuture> {
        self.slot.put_back(value);
        None
    }
}
