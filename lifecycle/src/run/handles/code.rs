//! A component's code as attributes and the builder give it: its parameters come from a [`Context`].

use std::sync::Arc;

use crate::run::resource::code::{AnyArc, AnyBox, OpenFuture};
use crate::run::task::unit::Run;
use crate::words::component::TypeKey;

use super::inject::Context;

/// Makes one run of a body.
pub(crate) type Factory = Arc<dyn Fn(&Context) -> Run + Send + Sync>;

/// How a resource opens.
pub trait Open: Send + Sync {
    /// The resources that its parameters ask for.
    fn needs(&self) -> Vec<TypeKey>;
    /// Whether one of its parameters is a [`Shutdown`](crate::Shutdown): then it is told to end before it is dropped.
    fn takes_shutdown(&self) -> bool {
        false
    }
    /// Begins to open.
    fn open(&self, context: &Context) -> OpenFuture;
    /// The value itself, if it has no other holder.
    fn reclaim(&self, value: AnyArc) -> Result<AnyBox, AnyArc>;
}
