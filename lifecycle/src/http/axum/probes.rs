//! What orchestrators and people ask a running program.

use std::borrow::Cow;
use std::sync::Arc;

use ::axum::extract::{Extension, State};
use ::axum::response::{IntoResponse, Response};
use ::axum::routing::get;
use ::axum::{Json, Router};
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};

use crate::Shutdown;
use crate::run::handles::shared::{self, Shared};
use crate::words::status::{Status, StatusReport};

/// Routes for an orchestrator, which tell how the App is; [`Probes`] with its usual options.
///
/// | route | answer |
/// |---|---|
/// | `/livez` | 200 as long as the process answers at all, also while it drains |
/// | `/readyz` | 200 while tasks run and no shutdown is requested; else 503 |
/// | `/startupz` | 503 until all resources are open, then 200 |
///
/// They tell no more than that. What each component does, with its errors and lines of source, is told at `/lifecycle`, if it
/// [is asked for](Probes::details).
///
/// `/readyz` looks at the request for shutdown itself, which a signal makes from a thread of its own: it answers 503
/// from that moment on, however busy the runtime is with other things.
///
/// The App is that of the [`serve`](super::serve) that runs the router; under another server it is the only App that
/// runs in the process. Without one, all routes but `/livez` answer 503 and say so.
///
/// Give them a port of their own, which the public does not reach. It also answers to the end of the draining, when the
/// public port has closed:
///
/// ```
/// use lifecycle::Shutdown;
///
/// #[lifecycle::cooperative_task]
/// async fn probes(shutdown: Shutdown) -> std::io::Result<()> {
///     let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
///     lifecycle::axum::serve(listener, lifecycle::axum::probes(), shutdown).until_cancelled().await
/// }
/// ```
pub fn probes() -> Router {
    Probes::new().router()
}

/// [`probes`] with options.
///
/// ```
/// use lifecycle::axum::Probes;
///
/// // For a port that only operators reach.
/// let probes = Probes::new().gated_by(["database_monitor"]).details().router();
/// # let _ = probes;
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "it is made into a `Router` by `router`"]
pub struct Probes {
    gates: Vec<Cow<'static, str>>,
    details: bool,
}

impl Probes {
    /// The usual ones: no details, and readiness depends on the App's own state alone. A database that all copies of a
    /// program share would otherwise take all of them out of service at once, and none would be left to say what is wrong.
    pub fn new() -> Self {
        Self::default()
    }

    /// Components that have to be well for `/readyz` to say 200: a task whose last run failed, or a monitor that has
    /// reached its threshold, makes it 503. So does a name that the App has no component of, since otherwise a
    /// misspelt one would never be noticed; the answer names it.
    pub fn gated_by<N: Into<Cow<'static, str>>>(mut self, components: impl IntoIterator<Item = N>) -> Self {
        self.gates.extend(components.into_iter().map(Into::into));
        self
    }

    /// `/lifecycle` as well: what each component is doing, as JSON; a [`StatusReport`].
    ///
    /// It names components and requests, lines of source, and errors as the program gave them, so it is for people who may
    /// see its logs too: serve it on a port that the public does not reach.
    pub fn details(mut self) -> Self {
        self.details = true;
        self
    }

    /// The routes.
    pub fn router(self) -> Router {
        let mut router = Router::new()
            .route("/livez", get(async || answer(StatusCode::OK, "ok")))
            .route("/readyz", get(ready))
            .route("/startupz", get(started));
        if self.details {
            router = router.route("/lifecycle", get(all));
        }
        router.with_state(self.gates.into())
    }
}

type Gates = State<Arc<[Cow<'static, str>]>>;
type Asked = Option<Extension<Shutdown>>;

async fn ready(State(gates): Gates, asked: Asked) -> Response {
    let Some(app) = app(asked) else { return no_app() };
    match app.reports().status() {
        Status::Ready => {}
        other => return answer(StatusCode::SERVICE_UNAVAILABLE, other.name()),
    }
    let faults: Vec<String> = gates.iter().filter_map(|name| fault(&app, name)).collect();
    match faults.is_empty() {
        true => answer(StatusCode::OK, "ready"),
        false => answer(StatusCode::SERVICE_UNAVAILABLE, &faults.join("; ")),
    }
}

fn fault(app: &Shared, name: &str) -> Option<String> {
    match app.reports().is_degraded(name) {
        Some(true) => Some(format!("`{name}` is degraded")),
        Some(false) => None,
        None => Some(format!("there is no component `{name}`, by which readiness is gated")),
    }
}

async fn started(asked: Asked) -> Response {
    let Some(app) = app(asked) else { return no_app() };
    let reports = app.reports();
    match reports.has_started() {
        true => answer(StatusCode::OK, "started"),
        false => answer(StatusCode::SERVICE_UNAVAILABLE, reports.status().name()),
    }
}

async fn all(asked: Asked) -> Response {
    let Some(app) = app(asked) else { return no_app() };
    let report: StatusReport = app.status();
    fresh(Json(report).into_response())
}

fn app(asked: Asked) -> Option<Arc<Shared>> {
    match asked {
        Some(Extension(shutdown)) => Some(shutdown.shared().clone()),
        None => shared::only_one(),
    }
}

fn no_app() -> Response {
    let why = "no App is known here; serve these routes by `lifecycle::axum::serve`";
    answer(StatusCode::SERVICE_UNAVAILABLE, why)
}

fn answer(status: StatusCode, text: &str) -> Response {
    fresh((status, format!("{text}\n")).into_response())
}

/// An answer that is true for this moment only.
fn fresh(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
