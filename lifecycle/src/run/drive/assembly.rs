//! Components with their code, before they run, and what they become when they do.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock, Weak};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::plan::fault::WiringFault;
use crate::plan::parts::{Part, Parts, Sort};
use crate::plan::{Id, Plan};
use crate::run::handles::code::{Factory, Open};
use crate::run::handles::inject::Context;
use crate::run::record::pulse::Pulse;
use crate::run::resource::code::{AnyArc, AnyBox, Closing, OpenFuture, Opener};
use crate::run::stop::flags::Flags;
use crate::run::stop::pause::Pause;
use crate::words::settings::Budget;

use crate::run::handles::scope::Scope;
use crate::run::handles::shared::Shared;
use crate::run::leaks::LeakScope;
use crate::run::record::ledger::{Children, Ledger};
use crate::run::resource::res::Slot;
use crate::run::stop::control::Control;
use crate::run::stop::mail::Mail;
use crate::run::task::kept::Kept;
use crate::run::task::main_thread::MainThread;
use crate::run::task::tree::{Root, TaskTree};
use crate::run::task::unit::{Actions, Start, Unit};

/// A component's code.
#[derive(Clone)]
pub(crate) enum Code {
    Run(Factory),
    Monitor(Factory, MonitorActions),
    Resource { open: Arc<dyn Open>, close: Closing },
}

/// What a monitor calls.
#[derive(Clone, Default)]
pub(crate) struct MonitorActions {
    pub(crate) failure: Option<Factory>,
    pub(crate) recovery: Option<Factory>,
}

/// A component's code with its parameters: nothing that runs it knows where they come from.
pub(crate) enum Work {
    Run(Start, Actions),
    Resource { opener: Arc<dyn Opener>, close: Closing },
}

impl Code {
    fn bind(self, scope: &Arc<Scope>) -> Work {
        let start = |factory: Factory| -> Start {
            let context = Context(scope.clone());
            Arc::new(move || factory(&context))
        };
        match self {
            Code::Run(factory) => Work::Run(start(factory), Actions::default()),
            Code::Monitor(factory, MonitorActions { failure, recovery }) => {
                let actions = Actions { failure: failure.map(start), recovery: recovery.map(start) };
                Work::Run(start(factory), actions)
            }
            Code::Resource { open, close } => {
                Work::Resource { opener: Arc::new(BoundOpener { open, context: Context(scope.clone()) }), close }
            }
        }
    }
}

struct BoundOpener {
    open: Arc<dyn Open>,
    context: Context,
}

impl Opener for BoundOpener {
    fn open(&self) -> OpenFuture {
        self.open.open(&self.context)
    }

    fn reclaim(&self, value: AnyArc) -> Result<AnyBox, AnyArc> {
        self.open.reclaim(value)
    }
}

/// A component as data and code.
pub(crate) struct Definition {
    pub(crate) part: Part,
    pub(crate) code: Code,
}

impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.part.fmt(f)
    }
}

/// A component ready to run.
pub(crate) struct Component {
    pub(crate) name: Arc<str>,
    pub(crate) work: Work,
    pub(crate) flags: Arc<Flags>,
    pub(crate) pulse: Arc<Pulse>,
    pub(crate) pause: Arc<Pause>,
    pub(crate) tree: Arc<TaskTree>,
    pub(crate) slot: Option<Arc<Slot>>,
    pub(crate) kept: Arc<Kept>,
}

/// Everything that a driver drives.
pub(crate) struct Assembly {
    pub(crate) plan: Arc<Plan>,
    pub(crate) control: Arc<Control>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) components: Vec<Component>,
    /// Where the body of a `main` runs that is no `async fn`.
    pub(crate) main_thread: Option<MainThread>,
    pub(crate) mail: UnboundedReceiver<Mail>,
}

impl fmt::Debug for Assembly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assembly").field("plan", &self.plan).finish_non_exhaustive()
    }
}

impl Assembly {
    /// Checks the wiring; every fault is listed.
    pub(crate) fn new(definitions: Vec<Definition>, budget: Budget) -> Result<Self, Vec<WiringFault>> {
        let (parts, codes): (Vec<Part>, Vec<Code>) =
            definitions.into_iter().map(|definition| (definition.part, definition.code)).unzip();
        let plan = Plan::new(Parts(parts), budget)?;
        let (sender, mail) = unbounded_channel();
        let control = Control::new(budget, sender);
        let flags: Vec<_> = plan.parts.iter().map(|_| control.broadcast.listen()).collect();
        plan.tasks().for_each(|(id, task)| flags[id].set_bound(task.stop_timeout));
        let ledger = Ledger::new(plan.clone(), flags, &control.time.clock, control.broadcast.calls.clone());
        let slots: HashMap<_, _> = plan
            .parts
            .iter()
            .filter_map(|part| Some((part.provides()?, Slot::new(part.name.as_str().into()))))
            .collect();
        let shared = Arc::new(Shared {
            control: control.clone(),
            ledger: ledger.clone(),
            slots,
            change_lock: Arc::default(),
            version: OnceLock::new(),
        });
        let components: Vec<Component> =
            codes.into_iter().enumerate().map(|(id, code)| component(id, code, &plan, &shared)).collect();
        let trees = || components.iter().map(|component| Arc::downgrade(&component.tree));
        ledger.set_children(trees().map(|tree| tree as Weak<dyn Children>).collect());
        shared.change_lock.set_trees(trees().collect());
        Ok(Self { plan, control, ledger, shared, components, main_thread: None, mail })
    }
}

impl Assembly {
    pub(crate) fn leak_scope(&self) -> LeakScope {
        let slot = |component: &Component| Some((component.name.to_string(), component.slot.clone()?));
        let slots = self.components.iter().filter_map(slot).collect();
        LeakScope { control: self.control.clone(), ledger: self.ledger.clone(), slots }
    }
}

fn component(id: Id, code: Code, plan: &Plan, shared: &Arc<Shared>) -> Component {
    let part = &plan.parts[id];
    let flags = shared.ledger.flags(id).clone();
    let root = match part.sort {
        Sort::Main { .. } | Sort::Task(_) => Root::Task,
        Sort::Resource { .. } => Root::Resource,
        Sort::Hook(_) => Root::Hook,
    };
    let tree = TaskTree::new(id, root, flags.clone(), shared.control.clone(), shared.ledger.clone());
    let slot = part.provides().and_then(|key| shared.slots.get(&key).cloned());
    let name: Arc<str> = part.name.as_str().into();
    let scope = Scope { name: name.clone(), shared: shared.clone(), flags: flags.clone(), tree: tree.clone() };
    let (pulse, pause) = (shared.ledger.pulse(id).clone(), shared.ledger.pause(id).clone());
    Component { name, work: code.bind(&Arc::new(scope)), flags, pulse, pause, tree, slot, kept: Arc::default() }
}

impl Component {
    /// What is polled for this component. `drops`: its body is dropped when it is cancelled.
    pub(crate) fn unit(&self, drops: bool) -> Unit {
        Unit { name: self.name.clone(), flags: self.flags.clone(), pulse: self.pulse.clone(), drops }
    }
}
