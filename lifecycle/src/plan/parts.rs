//! What a plan is made of: every component as data.

use crate::words::component::{HookSettings, Kind, ResourceSettings, Tags, TypeKey};
use crate::words::place::Place;
use crate::words::task::{Blocking, OnShutdown, Plain, TaskKind, TaskSettings};

/// One component.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) place: Place,
    /// The module of what an attribute registered; of a value it is not known.
    pub(crate) module: Option<&'static str>,
    pub(crate) priority: i32,
    pub(crate) tags: Tags,
    /// The resources that its parameters ask for.
    pub(crate) needs: Vec<TypeKey>,
    pub(crate) sort: Sort,
}

/// What a component is.
#[derive(Clone, Debug)]
pub(crate) enum Sort {
    Main {
        takes_shutdown: bool,
        on_shutdown: Option<OnShutdown>,
        /// It is no `async fn`: its body blocks the thread on which it runs.
        blocking: bool,
    },
    Task(TaskSettings),
    /// `hears`: its `open` takes a `Shutdown`, so that it can end by itself.
    Resource {
        key: TypeKey,
        settings: ResourceSettings,
        hears: bool,
    },
    Hook(HookSettings),
}

impl Sort {
    /// The settings of a task; `main` is one as well. `None`: it is none.
    pub(crate) fn task_settings(&self) -> Option<TaskSettings> {
        match self {
            Sort::Task(settings) => Some(*settings),
            Sort::Main { takes_shutdown, on_shutdown, blocking } => {
                // A `main` that is not told of the shutdown is the program's work: cut, it is not done.
                let default = (!takes_shutdown).then_some(OnShutdown::Fail);
                let on_shutdown = on_shutdown.or(default);
                let kind = match blocking {
                    true => TaskKind::Blocking(Blocking {
                        on_shutdown: on_shutdown.and_then(OnShutdown::of_blocking),
                        ..Blocking::DEFAULT
                    }),
                    false => TaskKind::Plain(Plain { on_shutdown, ..Plain::DEFAULT }),
                };
                Some(TaskSettings { takes_shutdown: *takes_shutdown, ..TaskSettings::new(kind) })
            }
            Sort::Resource { .. } | Sort::Hook(_) => None,
        }
    }
}

impl Part {
    pub(crate) fn kind(&self) -> Kind {
        match self.sort {
            Sort::Main { .. } => Kind::Main,
            Sort::Task(_) => Kind::Task,
            Sort::Resource { .. } => Kind::Resource,
            Sort::Hook(_) => Kind::Hook,
        }
    }

    /// The type that it provides to others.
    pub(crate) fn provides(&self) -> Option<TypeKey> {
        match &self.sort {
            Sort::Resource { key, .. } => Some(*key),
            _ => None,
        }
    }
}

/// All components of an App.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts(pub(crate) Vec<Part>);
