//! What `#[lifecycle::test]` leaves behind, and what a test may take. Apart from the other descriptors, since a builder is
//! made of those and a test takes a builder.

use crate::front::builder::AppBuilder;
use crate::run::task::unit::Run;
use crate::words::place::Origin;

/// A `#[lifecycle::test]`.
pub struct TestDescriptor {
    pub name: &'static str,
    pub place: Origin,
    pub run: fn(AppBuilder) -> Run,
}

/// What a test may take.
#[diagnostic::on_unimplemented(
    message = "test `{C}`: a `{Self}` cannot be handed in; take an `AppBuilder`, or nothing",
    label = "not an `AppBuilder`"
)]
pub trait TestTakes<C: ?Sized> {
    fn take(builder: AppBuilder) -> Self;
}

#[diagnostic::do_not_recommend]
impl<C: ?Sized> TestTakes<C> for AppBuilder {
    fn take(builder: AppBuilder) -> Self {
        builder
    }
}
