//! What is polled on a thread of its own, from its beginning to its end: tasks whose future is not `Send`, and closes that
//! block.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread::Builder;

use tokio::runtime::Handle;
use tokio::task::LocalSet;

use crate::decide::Ending;
use crate::run::task::end::End;
use crate::run::task::runner::run;
use crate::run::task::task_unit::TaskUnit;
use crate::run::task::tree::TaskTree;
use crate::sys::park::block_on;
use crate::words::outcome::Outcome;

/// Runs the root of the tree on a thread of that name, in the runtime's context and in a `LocalSet`. It is aborted like any
/// task, and needs no worker of the runtime. If there is no thread, its parts come back.
pub(crate) fn start<P, F>(name: String, tree: Arc<TaskTree>, parts: P, make: fn(P) -> F) -> Result<(), (io::Error, P)>
where
    P: Send + 'static,
    F: Future<Output = ()> + 'static,
{
    let runtime = Handle::current();
    let (hand_over, handed_over) = channel::<P>();
    let thread = Builder::new().name(name).spawn(move || {
        let Ok(parts) = handed_over.recv() else { return };
        let _context = runtime.enter();
        let local = LocalSet::new();
        let root = local.spawn_local(make(parts));
        tree.set_root(root.abort_handle());
        // What it has spawned by `spawn_local` is dropped with the set.
        let _ = block_on(local.run_until(root));
    });
    match thread {
        Ok(_) => {
            // The thread waits for it.
            let _ = hand_over.send(parts);
            Ok(())
        }
        Err(error) => Err((error, parts)),
    }
}

/// Runs a local task: the loop of all tasks, on a thread of its own.
pub(crate) fn start_task(task: TaskUnit, end: End, tree: Arc<TaskTree>) {
    let name = task.unit.name.to_string();
    let run_both = |(task, end): (TaskUnit, End)| run(task, end);
    if let Err((error, (_, mut end))) = start(name, tree, (task, end), run_both) {
        end.report(Ending { outcome: Outcome::Failed, error: Some(format!("no thread for it: {error}")) });
    }
}
