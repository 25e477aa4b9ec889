//! Components as values, for [`AppBuilder`](crate::AppBuilder).

mod body;
mod draft;
mod hook;
mod refused;
mod resource;
mod task;

pub(crate) use body::from_attribute;
pub use body::{BlockingBody, Body, LocalBody};
pub use hook::HookSpec;
pub use resource::ResourceSpec;
pub(crate) use resource::described as described_resource;
pub use task::TaskSpec;
pub(crate) use task::described as described_task;
