//! What one component draws its parameters from.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::words::component::TypeKey;
use crate::{Groups, Requests, Res, Resource, Shutdown, Tasks};

use crate::run::record::ledger::Ledger;
use crate::run::resource::res::Slot;
use crate::run::stop::control::Control;
use crate::run::stop::flags::Flags;
use crate::run::stop::pause::Pause;
use crate::run::task::tree::TaskTree;

/// What all components of an App share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) control: Arc<Control>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) slots: HashMap<TypeKey, Arc<Slot>>,
}

/// One component's view of it.
pub(crate) struct Scope {
    pub(crate) name: Arc<str>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) flags: Arc<Flags>,
    pub(crate) tree: Arc<TaskTree>,
    pub(crate) pause: Arc<Pause>,
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Scope {
    /// A handle to a resource. The plan has seen to it that it is registered and open.
    pub(crate) fn resource<T: Resource>(&self) -> Res<T> {
        let key = TypeKey::of::<T>();
        match self.shared.slots.get(&key).and_then(|slot| slot.grant(&self.name)) {
            Some(handle) => handle,
            None => panic!("`{}` asked for `Res<{}>` while it is not open", self.name, key.short_name()),
        }
    }

    pub(crate) fn shutdown(&self) -> Shutdown {
        Shutdown::new(self.flags.clone(), self.shared.control.clone(), self.name.clone(), self.tree.clone())
    }

    pub(crate) fn requests(&self) -> Requests {
        self.shared.control.requests.clone()
    }

    pub(crate) fn groups(&self) -> Groups {
        Groups::new(self.shared.control.clone(), Some(self.tree.clone()))
    }

    pub(crate) fn tasks(&self) -> Tasks {
        Tasks::new(self.tree.clone(), self.shared.control.clone(), self.name.clone())
    }
}
