//! The attributes on functions that a program or a test begins with.

mod budget;
mod main_args;
mod main_expand;
pub(crate) mod main_fn;
pub(crate) mod test_fn;
#[cfg(test)]
mod tests;
