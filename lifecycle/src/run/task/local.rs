//! Tasks whose future is not `Send`, each on a thread of its own.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread::Builder;

use tokio::runtime::Handle;
use tokio::task::LocalSet;

use crate::decide::Ending;
use crate::run::task::runner::run;
use crate::run::task::task_unit::TaskUnit;
use crate::run::task::tree::{End, TaskTree};
use crate::sys::park::block_on;
use crate::words::outcome::Outcome;

/// Runs the task on a thread that has its name, in the runtime's context and in a `LocalSet`. It is the same loop as that of
/// all tasks, and it is aborted in the same way: only the thread that polls it is another.
pub(crate) fn spawn(task: TaskUnit, mut end: End, tree: Arc<TaskTree>) {
    let runtime = Handle::current();
    let name = task.unit.name.to_string();
    let (hand_over, task_and_end) = channel::<(TaskUnit, End)>();
    let thread = Builder::new().name(name).spawn(move || {
        let Ok((task, end)) = task_and_end.recv() else { return };
        let _context = runtime.enter();
        let local = LocalSet::new();
        let task = local.spawn_local(run(task, end));
        tree.set_root(task.abort_handle());
        // What the body has spawned by `spawn_local` is dropped with the set.
        let _ = block_on(local.run_until(task));
    });
    match thread {
        // The thread waits for it.
        Ok(_) => drop(hand_over.send((task, end))),
        Err(error) => {
            end.report(Ending { outcome: Outcome::Failed, error: Some(format!("no thread for it: {error}")) })
        }
    }
}
