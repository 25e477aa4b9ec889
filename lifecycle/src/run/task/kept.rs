//! What a task keeps when it ends, for the case that the shutdown that ended it is called off.

use std::ops::{Deref, DerefMut};
use std::sync::Mutex;

use tokio::time::Instant;

use crate::sys::locks::lock;
use crate::words::task::TaskSettings;

use crate::run::task::monitor::Watch;
use crate::run::task::restarts::Restarts;

/// A task's course from one run to the next.
#[derive(Debug)]
pub(crate) struct Course {
    /// The task has not run before.
    pub(crate) is_new: bool,
    /// When the first run begins; of a periodic task, when the next tick comes.
    pub(crate) due: Instant,
    pub(crate) restarts: Restarts,
    pub(crate) watch: Watch,
}

impl Course {
    fn begin(settings: &TaskSettings) -> Self {
        Self {
            is_new: true,
            due: Instant::now() + settings.initial_delay,
            restarts: Restarts::new(settings.restart()),
            watch: Watch::new(settings.monitor()),
        }
    }
}

/// The place where it is kept while the task does not run.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<Option<Course>>);

impl Kept {
    /// The course that was kept, or a new one. It is put back when it is dropped, however the task ends.
    pub(crate) fn take(&self, settings: &TaskSettings) -> Taken<'_> {
        let kept = lock(&self.0).take();
        Taken { kept: self, course: Some(kept.unwrap_or_else(|| Course::begin(settings))) }
    }
}

/// A course in use.
#[derive(Debug)]
pub(crate) struct Taken<'a> {
    kept: &'a Kept,
    course: Option<Course>,
}

impl Deref for Taken<'_> {
    type Target = Course;

    fn deref(&self) -> &Course {
        self.course.as_ref().expect("there until it is dropped")
    }
}

impl DerefMut for Taken<'_> {
    fn deref_mut(&mut self) -> &mut Course {
        self.course.as_mut().expect("there until it is dropped")
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        *lock(&self.kept.0) = self.course.take();
    }
}
