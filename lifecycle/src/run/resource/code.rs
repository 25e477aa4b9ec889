//! A resource's code, as the run floor knows it: whatever its type, it opens, it is taken back, it closes.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::BoxError;
use crate::words::component::TypeKey;

use crate::run::handles::inject::Context;

/// A resource's value that nobody else holds.
pub type AnyBox = Box<dyn Any + Send>;
/// A resource's value that others may hold.
pub type AnyArc = Arc<dyn Any + Send + Sync>;
/// An opening under way.
pub type OpenFuture = Pin<Box<dyn Future<Output = Result<AnyArc, BoxError>> + Send>>;
/// A close under way; `Err` says what went wrong.
pub type CloseFuture = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;
/// One run of a task's or a hook's body, boxed: the runner is compiled once, whatever the number of tasks.
pub type Run = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send>>;

/// How a resource opens.
pub trait Open: Send + Sync {
    /// The resources that its parameters ask for.
    fn needs(&self) -> Vec<TypeKey>;
    /// Begins to open.
    fn open(&self, context: &Context) -> OpenFuture;
    /// The value itself, if nobody else holds it.
    fn reclaim(&self, value: AnyArc) -> Result<AnyBox, AnyArc>;
}
