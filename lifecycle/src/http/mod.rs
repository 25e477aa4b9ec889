//! Servers: requests that are counted to the end of their body, and listeners that close without losing one.
//!
//! | room | what is in it |
//! |---|---|
//! | `tower` | a layer that counts requests, for servers of any kind |
//! | `listen` | what a server accepts connections from: TCP, Unix sockets, TLS; sealing a queue and emptying it |
//! | `serve` | the server behind `lifecycle::axum::serve` and `lifecycle::tonic::serve` |
//! | `axum`, `tonic` | what belongs to these libraries alone: probes, extractors |

pub(crate) mod tower;

#[cfg(feature = "axum")]
pub(crate) mod axum;
#[cfg(feature = "axum")]
pub(crate) mod listen;
#[cfg(feature = "axum")]
pub(crate) mod serve;
#[cfg(feature = "tonic")]
pub(crate) mod tonic;
