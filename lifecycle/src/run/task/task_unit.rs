//! A task ready to be run.

use std::sync::Arc;

use crate::run::stop::control::Control;
use crate::run::stop::pause::Pause;
use crate::words::task::TaskSettings;

use super::kept::Kept;
use super::main_thread::MainThread;
use super::tree::TaskTree;
use super::unit::{Actions, Start, Unit};

/// A task ready to be run.
pub(crate) struct TaskUnit {
    pub(crate) unit: Unit,
    pub(crate) settings: TaskSettings,
    pub(crate) start: Start,
    pub(crate) actions: Actions,
    pub(crate) control: Arc<Control>,
    pub(crate) tree: Arc<TaskTree>,
    pub(crate) pause: Arc<Pause>,
    pub(crate) kept: Arc<Kept>,
    /// Where the body runs, if that is the process's main thread.
    pub(crate) main_thread: Option<MainThread>,
}
