//! What one component draws its parameters from.

use std::sync::Arc;

use crate::run::groups::Groups;
use crate::run::handles::shared::Shared;
use crate::run::handles::shutdown::Shutdown;
use crate::run::handles::tasks::Tasks;
use crate::run::resource::res::{Res, Resource};
use crate::run::work::requests::Requests;
use crate::words::component::TypeKey;

use crate::run::stop::flags::Flags;
use crate::run::task::tree::TaskTree;

/// One component's view of its App.
pub(crate) struct Scope {
    pub(crate) name: Arc<str>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) flags: Arc<Flags>,
    pub(crate) tree: Arc<TaskTree>,
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
        Shutdown::new(self.flags.clone(), self.shared.clone(), self.name.clone(), self.tree.clone())
    }

    pub(crate) fn requests(&self) -> Requests {
        self.shared.control.requests.clone()
    }

    pub(crate) fn groups(&self) -> Groups {
        self.shared.groups(Some(self.tree.clone()))
    }

    pub(crate) fn tasks(&self) -> Tasks {
        Tasks::new(self.tree.clone(), self.shared.clone(), self.name.clone())
    }
}
