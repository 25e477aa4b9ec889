//! A resource's code, whatever its type: it opens, its value is reclaimed, it closes.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::BoxError;

/// A resource's value without any other holder.
pub type AnyBox = Box<dyn Any + Send>;
/// A resource's value that others may hold.
pub type AnyArc = Arc<dyn Any + Send + Sync>;
/// An opening under way.
pub type OpenFuture = Pin<Box<dyn Future<Output = Result<AnyArc, BoxError>> + Send>>;
/// A close under way; `Err` says what went wrong.
pub type CloseFuture = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;
/// How one resource opens, with its parameters.
pub(crate) trait Opener: Send + Sync {
    /// Begins to open.
    fn open(&self) -> OpenFuture;
    /// The value itself, if it has no other holder.
    fn reclaim(&self, value: AnyArc) -> Result<AnyBox, AnyArc>;
}

/// Closes a resource through a reference.
pub(crate) type CloseShared = Arc<dyn Fn(AnyArc) -> CloseFuture + Send + Sync>;

/// How a resource closes.
#[derive(Clone)]
pub(crate) enum Closing {
    Drop,
    Owned(Arc<dyn Fn(AnyBox) -> CloseFuture + Send + Sync>),
    Shared(CloseShared),
}
