#![doc = include_str!("../README.md")]
//!
//! ## Where to look
//!
//! - What a component takes: [`Res`], [`Shutdown`], [`Requests`] (with [`InFlight`] and [`Acceptor`]), [`Tasks`]
//!   (with [`Spawned`]), [`Groups`].
#![cfg_attr(
    feature = "macros",
    doc = "- The attributes: [`macro@cooperative_task`], [`macro@resource`], [`macro@component`], [`macro@shutdown_hook`], [`macro@main`], [`macro@test`]."
)]
//! - The same as values: [`App`], [`AppBuilder`], [`TaskSpec`], [`ResourceSpec`], [`HookSpec`].
//! - What will happen: [`App::describe`] with a [`Format`], [`assert_wiring!`], [`link!`].
//! - What happened: [`ShutdownReport`], [`Leak`], [`Outcome`], [`Reason`], [`State`], [`Phase`], [`ExitCode`].
//! - Tests: `#[lifecycle::test]`, [`assert_clean!`], [`assert_order!`]; with the feature `test-util` also `TestApp` and `Fault`.

mod decide;
mod front;
#[cfg(feature = "tower")]
mod http;
mod plan;
mod run;
mod sys;
mod words;

#[doc(hidden)]
pub use crate::front::private as __private;

pub use crate::front::app::App;
pub use crate::front::build_error::BuildError;
pub use crate::front::builder::AppBuilder;
#[cfg(feature = "test-util")]
pub use crate::front::faults::{Fault, FaultAt, FaultPoint};
#[cfg(feature = "test-util")]
pub use crate::front::harness::TestApp;
pub use crate::front::specs::{BlockingBody, Body, HookSpec, LocalBody, ResourceSpec, TaskSpec};
pub use crate::run::groups::{GroupError, Groups};
pub use crate::run::handles::inject::{Inject, Parameters};
pub use crate::run::handles::shutdown::Shutdown;
pub use crate::run::handles::tasks::{Spawned, SpawnedError, Tasks};
pub use crate::run::resource::res::{Res, Resource};
pub use crate::run::stop::cancelled::Cancelled;
pub use crate::run::work::requests::{Acceptor, InFlight, Requests};
pub use crate::words::abort::AbortError;
pub use crate::words::component::Kind;
pub use crate::words::format::{Format, UnknownFormat};
pub use crate::words::leak::Leak;
pub use crate::words::left::LeftBehind;
pub use crate::words::outcome::{ExitCode, Outcome};
pub use crate::words::phase::{Phase, UnknownPhase};
pub use crate::words::place::{AwaitPlace, Place};
pub use crate::words::reason::{Reason, Signal, State};
pub use crate::words::report::{
    ComponentReport, HandleReport, LastSeen, NamedRequests, OldestRequest, PhaseEnd, PhaseReport, RequestsReport,
    ShutdownReport, StartEnd, StartReport, TotalReport,
};
pub use crate::words::settings::Source;
pub use crate::words::status::{ChildStatus, ServiceStatus, Status, StatusReport};
pub use crate::words::supervision::{Backoff, Intensity, Restart};
pub use crate::words::task::{Missed, OnShutdown};

#[cfg(feature = "macros")]
pub use crate::front::attributes::*;

#[cfg(feature = "tower")]
pub mod tower {
    //! Counting requests under any server that takes [tower](https://docs.rs/tower) layers. Feature `tower`.
    pub use crate::http::tower::{CountRequests, CountedBody, CountedResponse, RequestsLayer};
}

#[cfg(feature = "axum")]
pub mod axum {
    //! Serving [axum](https://docs.rs/axum) without losing a request, and probes. Feature `axum`.
    pub use crate::http::axum::*;
}

#[cfg(feature = "rustls")]
pub mod rustls {
    //! TLS by [rustls](https://docs.rs/rustls) for [`lifecycle::axum::serve`](crate::axum::serve). Feature `rustls`.
    pub use crate::http::listen::rustls::TlsListener;
}

#[cfg(feature = "tonic")]
pub mod tonic {
    //! Serving [tonic](https://docs.rs/tonic) without losing a call. Feature `tonic`.
    pub use crate::http::tonic::serve;
}

/// The examples in `docs/testing.md` are tests, and run.
#[cfg(all(doctest, feature = "macros", feature = "test-util"))]
#[doc = include_str!("../../docs/testing.md")]
struct Testing;

/// So are those in `docs/libraries.md`.
#[cfg(all(doctest, feature = "macros"))]
#[doc = include_str!("../../docs/libraries.md")]
struct Libraries;

/// Any error, as tasks, hooks and openings give it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
