//! Components as values, for [`AppBuilder`](crate::AppBuilder).

mod body;
mod hook;
mod resource;
mod task;

pub(crate) use body::from_attribute;
pub use body::{BlockingBody, Body};
pub use hook::HookSpec;
pub use resource::ResourceSpec;
pub(crate) use resource::described;
pub use task::TaskSpec;
