//! Tasks and hooks: how each begins.

use tracing::Level;

use crate::decide::Moment;
use crate::plan::{Id, Node};
use crate::run::drive::assembly::Work;
use crate::run::record::book::Doing;
use crate::run::stop::pause::RunState;
use crate::run::task::end::End;
use crate::run::task::task_unit::TaskUnit;
use crate::run::task::{hook, local, runner};
use crate::words::task::TaskSettings;

use super::Driver;

impl Driver {
    pub(super) fn run_tasks(&mut self) {
        // The guard has a look at the handlers of signals.
        self.control.deadline.wake_guard();
        self.openings.clear();
        self.ledger.started(self.control.now());
        for (id, _) in self.plan.tasks() {
            self.ledger.doing(id, Doing::Running);
            self.run_task(id);
        }
    }

    fn run_task(&self, id: Id) {
        let component = &self.assembly.components[id];
        let Work::Run(start, actions) = &component.work else { return };
        let drops = matches!(&self.plan.nodes[id], Node::Task(task) if task.drops);
        let is_main = matches!(&self.plan.nodes[id], Node::Task(task) if task.is_main);
        let task = TaskUnit {
            unit: component.unit(drops),
            settings: self.plan.parts[id].sort.task_settings().unwrap_or(TaskSettings::DEFAULT),
            start: start.clone(),
            actions: actions.clone(),
            control: self.control.clone(),
            tree: component.tree.clone(),
            pause: component.pause.clone(),
            kept: component.kept.clone(),
            main_thread: self.assembly.main_thread.clone().filter(|_| is_main),
        };
        let end = End::root(component.tree.clone());
        if task.settings.is_local() {
            return local::start_task(task, end, component.tree.clone());
        }
        component.tree.set_root(tokio::spawn(runner::run(task, end)).abort_handle());
    }

    /// What a shutdown that was called off has ended.
    pub(super) fn run_again(&self, id: Id) {
        let component = &self.assembly.components[id];
        let task = component.name.clone();
        self.calls().event(Level::INFO, move |_| {
            tracing::info!(target: "lifecycle", task = &*task, "runs again: the shutdown was called off");
        });
        component.tree.begin_anew();
        // One that was paused runs only to be paused again.
        let state = if component.pause.is_requested() { RunState::Paused } else { RunState::Running };
        component.pause.set(state, self.calls());
        self.ledger.anew(id, Doing::Running);
        self.run_task(id);
    }

    pub(super) fn run_hook(&mut self, id: Id, until: Moment) {
        let component = &self.assembly.components[id];
        let Work::Run(start, _) = &component.work else { return };
        component.flags.set_until(until);
        component.tree.begin_anew();
        self.ledger.anew(id, Doing::Running);
        self.ledger.asked(id, self.control.now());
        let end = End::root(component.tree.clone());
        let hook = hook::run(component.unit(false), start.clone(), end);
        component.tree.set_root(tokio::spawn(hook).abort_handle());
    }
}
