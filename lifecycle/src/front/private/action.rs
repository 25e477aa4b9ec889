//! What a monitor calls: a function whose parameters only the compiler knows.

use crate::front::specs::Body;
use crate::run::code::Run;
use crate::run::inject::{Context, Parameters};
use crate::words::component::TypeKey;

/// Calls it with its parameters.
pub fn run_action<P: Parameters, B: Body<P>>(action: B, context: &Context) -> Run {
    action.run(P::inject(context))
}

/// The resources that its parameters ask for.
pub fn needs_of_action<P: Parameters, B: Body<P>>(_: B) -> Vec<TypeKey> {
    P::needs()
}

/// The resources that a method's parameters ask for.
pub fn needs_of(needs: &[fn() -> Option<TypeKey>]) -> Vec<TypeKey> {
    needs.iter().filter_map(|need| need()).collect()
}
