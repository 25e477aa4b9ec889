//! HTTP servers under load in processes of their own, and clients in others that know the fate of every request.
//!
//! One program holds all of it; its first argument says what it is:
//!
//! - `server`: a server that is told how to stop ([`server`]);
//! - `load`: clients that ask until they are turned away, and tell what became of each request ([`load`]);
//! - `losses`: starts the two against each other, many times, and prints a table ([`losses`]);
//! - `overhead`: what counting requests costs a server ([`overhead`]);
//! - `in-memory`: the same without sockets ([`in_memory`]).

pub mod in_memory;
pub mod launch;
pub mod load;
pub mod losses;
pub mod overhead;
pub mod server;

/// What follows that name among the arguments.
pub(crate) fn argument(arguments: &[String], name: &str, default: &str) -> String {
    let at = arguments.iter().position(|argument| argument == name);
    at.and_then(|at| arguments.get(at + 1)).map_or(default, String::as_str).to_owned()
}
