//! What `open = "…"` and `close = "…"` name when there is nothing of that name.
//!
//! Both are implemented for nothing: they carry messages. `#[resource]` declares a function of each name under
//! these bounds, which the compiler finds when it finds no other.

/// The bound of what stands in for a missing method.
#[diagnostic::on_unimplemented(
    message = "resource `{Self}`: `close` names no method of it; write one that takes `&self` in an `impl {Self}`, or correct the name",
    label = "`{Self}` has no such method"
)]
pub trait MethodNamedInClose<'a> {}

/// The bound of what stands in for a missing function.
#[diagnostic::on_unimplemented(
    message = "resource `{Self}`: `open` names no function of it; write one that gives `Self` in an `impl {Self}`, or correct the name",
    label = "`{Self}` has no such function"
)]
pub trait FunctionNamedInOpen<'a> {}
