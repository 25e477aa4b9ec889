//! A gRPC service: one call with one answer, and one with a stream of them.
//!
//! ```sh
//! cargo run -p lifecycle-example-grpc
//! curl localhost:9000/readyz
//! grpcurl -plaintext -proto examples/grpc/proto/clock.proto -d '{"every": 500}' localhost:50051 clock.Clock/Watch
//! ```
//!
//! `CLOCK_PORT` says where it listens, and `CLOCK_PROBES_PORT` where its probes are. When it is asked to stop, calls
//! under way are answered, streams end by themselves, and then the port closes.

use std::ops::Deref;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::stream::{Stream, unfold};
use lifecycle::{BoxError, Res, Shutdown, cooperative_task, resource};
use tokio::net::TcpListener;
use tokio::time::interval;
use tonic::service::Routes;
use tonic::{Request, Response, Status};

use self::proto::clock_server::{Clock, ClockServer};
use self::proto::{NowRequest, Time, WatchRequest};

#[allow(unreachable_pub, unused_qualifications, clippy::allow_attributes_without_reason, reason = "it is generated")]
mod proto {
    tonic::include_proto!("clock");
}

/// The port. It is bound before any task starts; one that is taken ends the program with 69.
#[resource(open = "bind")]
struct Port(TcpListener);

impl Port {
    async fn bind() -> Result<Self, BoxError> {
        listen("CLOCK_PORT", "50051").await.map(Self)
    }
}

/// A listener on the port that the variable says.
async fn listen(variable: &str, default: &str) -> Result<TcpListener, BoxError> {
    let port: u16 = std::env::var(variable).as_deref().unwrap_or(default).parse()?;
    Ok(TcpListener::bind(("127.0.0.1", port)).await?)
}

/// What lets the server take a `Res<Port>` for a listener.
impl Deref for Port {
    type Target = TcpListener;

    fn deref(&self) -> &TcpListener {
        &self.0
    }
}

/// Something that the service uses: it is open before the first call and closes after the last one.
#[resource(close = "close")]
#[derive(Default)]
struct Calls(AtomicU64);

impl Calls {
    async fn close(self) {
        println!("{} calls", self.0.into_inner());
    }
}

/// Accepts, counts and drains by itself.
#[cooperative_task]
async fn grpc(port: Res<Port>, calls: Res<Calls>, shutdown: Shutdown) -> std::io::Result<()> {
    println!("grpc http://{}", port.local_addr()?);
    let routes = Routes::new(ClockServer::new(WallClock { calls }));
    lifecycle::tonic::serve(port, routes, shutdown).await
}

/// Over HTTP, on a port that the service's clients do not reach. They answer to the end of the draining.
#[cooperative_task]
async fn probes(shutdown: Shutdown) -> Result<(), BoxError> {
    let listener = listen("CLOCK_PROBES_PORT", "9000").await?;
    println!("probes http://{}", listener.local_addr()?);
    let probes = lifecycle::axum::Probes::new().details().router();
    Ok(lifecycle::axum::serve(listener, probes, shutdown).until_cancelled().await?)
}

struct WallClock {
    calls: Res<Calls>,
}

#[tonic::async_trait]
impl Clock for WallClock {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<Time, Status>> + Send>>;

    async fn now(&self, _: Request<NowRequest>) -> Result<Response<Time>, Status> {
        self.calls.0.fetch_add(1, Relaxed);
        Ok(Response::new(time()))
    }

    /// The stream is a request as long as it lasts, so it has to end when the server drains. One that does not is cut
    /// with `UNAVAILABLE` when its time is over, and counts as lost.
    async fn watch(&self, request: Request<WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        self.calls.0.fetch_add(1, Relaxed);
        let shutdown = request.extensions().get::<Shutdown>().cloned();
        let shutdown = shutdown.ok_or_else(|| Status::internal("not served by lifecycle::tonic::serve"))?;
        let every = Duration::from_millis(request.get_ref().every.max(1).into());
        let stream = unfold((interval(every), shutdown), |(mut ticks, shutdown)| async move {
            shutdown.until_draining(ticks.tick()).await?;
            Some((Ok(time()), (ticks, shutdown)))
        });
        Ok(Response::new(Box::pin(stream)))
    }
}

fn time() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time { now: u64::try_from(since.as_millis()).unwrap_or(u64::MAX) }
}

#[lifecycle::main(timeout = "10s")]
async fn main(shutdown: Shutdown) {
    shutdown.requested().await;
}
