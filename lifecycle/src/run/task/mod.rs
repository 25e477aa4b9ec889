//! Tasks: one loop for all, polling, restarts, monitors, children.

pub(crate) mod alarm;
pub(crate) mod end;
pub(crate) mod ending;
pub(crate) mod hook;
pub(crate) mod kept;
pub(crate) mod local;
pub(crate) mod main_thread;
pub(crate) mod monitor;
pub(crate) mod output;
pub(crate) mod own_thread;
pub(crate) mod poll;
pub(crate) mod random;
pub(crate) mod restarts;
pub(crate) mod runner;
pub(crate) mod task_unit;
pub(crate) mod ticks;
pub(crate) mod tree;
pub(crate) mod unit;
