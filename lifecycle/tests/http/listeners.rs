//! Other sources of connections: Unix sockets, and listeners that are resources.

use std::io;
use std::ops::Deref;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use lifecycle::{Res, Resource, ResourceSpec, Shutdown, TaskSpec};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tracing::Level;

use crate::client::Client;
use crate::lines::Lines;
use crate::web::app;

struct Http(TcpListener);

impl Resource for Http {}

impl Deref for Http {
    type Target = TcpListener;

    fn deref(&self) -> &TcpListener {
        &self.0
    }
}

#[tokio::test]
async fn a_listener_that_is_a_resource_is_served_and_refuses_connections_after_the_draining() {
    let (tell, address) = oneshot::channel();
    let tell = Arc::new(Mutex::new(Some(tell)));
    let http = ResourceSpec::<Http>::new("http", async || TcpListener::bind("127.0.0.1:0").await.map(Http));
    let web = TaskSpec::new("web", move |http: Res<Http>, shutdown: Shutdown| {
        let tell = tell.lock().unwrap().take().unwrap();
        async move {
            tell.send(http.local_addr()?).unwrap();
            let router = Router::new().route("/", get(async || "hello"));
            lifecycle::axum::serve(http, router, shutdown).await?;
            Ok::<(), io::Error>(())
        }
    });
    let app = app().resource(http).task(web).build().unwrap();
    let shutdown = app.shutdown();
    let running = tokio::spawn(app.run());
    let address = address.await.unwrap();
    assert_eq!(Client::connect(address).await.get("/").await.body, "hello");
    shutdown.request("the test is over");
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
    let refused = TcpStream::connect(address).await.unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_is_drained_too() {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;
    use tokio::io::AsyncWriteExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let listener = tokio::net::UnixListener::bind(&path).unwrap();
    let app = app().build().unwrap();
    let shutdown = app.shutdown();
    let router = Router::new().route("/", get(async || "hello"));
    let server = tokio::spawn(lifecycle::axum::serve(listener, router, shutdown.clone()));
    let running = tokio::spawn(app.run());
    // A first one, so that the server is seen to run.
    let mut first = tokio::net::UnixStream::connect(&path).await.unwrap();
    first.write_all(&crate::client::get("/")).await.unwrap();
    first.readable().await.unwrap();
    let mut client = UnixStream::connect(&path).unwrap();
    Write::write_all(&mut client, &crate::client::get("/")).unwrap();
    shutdown.request("with a full queue");
    server.await.unwrap().unwrap();
    running.await.unwrap();
    let mut response = String::new();
    client.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200") && response.ends_with("hello"), "{response}");
    assert!(!path.exists(), "the server has removed the file that it had bound");
}

/// A source of connections of the program's own, which says no more than it has to.
struct Own(TcpListener);

impl lifecycle::axum::Listener for Own {
    type Accepted = TcpStream;
    type Stream = TcpStream;
    type Addr = std::net::SocketAddr;

    async fn accept(&self) -> io::Result<(Self::Accepted, Self::Addr)> {
        self.0.accept().await
    }

    fn establish(&self, accepted: Self::Accepted) -> impl Future<Output = io::Result<Self::Stream>> + Send + 'static {
        std::future::ready(Ok(accepted))
    }

    fn queued(&self) -> io::Result<Option<(Self::Accepted, Self::Addr)>> {
        Ok(None)
    }
}

#[tokio::test]
async fn a_listener_of_the_programs_own_is_served_without_sealing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = app().build().unwrap();
    let shutdown = app.shutdown();
    let router = Router::new().route("/", get(async || "hello"));
    let server = tokio::spawn(lifecycle::axum::serve(Own(listener), router, shutdown.clone()).into_future());
    let running = tokio::spawn(app.run());
    assert_eq!(Client::connect(address).await.get("/").await.body, "hello");
    shutdown.request("the test is over");
    server.await.unwrap().unwrap();
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
}

/// A listener of the program's own at which everything fails once that may fail.
struct Faulty {
    below: Own,
    faults: Mutex<Vec<io::Error>>,
    /// What its queue gives: a fault for each `None`.
    queue: Mutex<Vec<Option<TcpStream>>>,
}

impl lifecycle::axum::Listener for Faulty {
    type Accepted = TcpStream;
    type Stream = TcpStream;
    type Addr = std::net::SocketAddr;

    async fn accept(&self) -> io::Result<(Self::Accepted, Self::Addr)> {
        let fault = self.faults.lock().unwrap().pop();
        match fault {
            Some(fault) => Err(fault),
            None => self.below.accept().await,
        }
    }

    fn establish(&self, accepted: Self::Accepted) -> impl Future<Output = io::Result<Self::Stream>> + Send + 'static {
        self.below.establish(accepted)
    }

    fn seal(&self) -> io::Result<()> {
        Err(io::Error::other("it cannot be sealed"))
    }

    fn queued(&self) -> io::Result<Option<(Self::Accepted, Self::Addr)>> {
        match self.queue.lock().unwrap().pop() {
            Some(Some(stream)) => {
                let address = stream.peer_addr()?;
                Ok(Some((stream, address)))
            }
            Some(None) => Err(io::ErrorKind::ConnectionReset.into()),
            None => Err(io::Error::other("it cannot be emptied")),
        }
    }
}

/// Both ends of a connection, the server's first.
async fn connection() -> (TcpStream, Client) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    (listener.accept().await.unwrap().0, Client::over(client))
}

#[tokio::test]
async fn a_server_goes_on_whatever_fails_at_its_listener_and_tells_of_it() {
    let lines = Lines::default();
    let _subscriber = tracing::subscriber::set_default(lines.clone());
    let below = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = below.local_addr().unwrap();
    let (queued, mut late) = connection().await;
    late.send(crate::client::get("/")).await;
    let faults = vec![io::Error::other("too many files"), io::ErrorKind::ConnectionAborted.into()];
    let queue = vec![Some(queued), None];
    let listener = Faulty { below: Own(below), faults: Mutex::new(faults), queue: Mutex::new(queue) };
    let app = app().build().unwrap();
    let shutdown = app.shutdown();
    let router = Router::new().route("/", get(async || "hello")).route(
        "/broken",
        get(async || {
            if true {
                panic!("the handler is broken");
            }
        }),
    );
    let running = tokio::spawn(app.run());
    let server = tokio::spawn(lifecycle::axum::serve(listener, router, shutdown.clone()).into_future());
    let mut idle = Client::connect(address).await;
    assert_eq!(idle.get("/").await.body, "hello");
    let mut broken = Client::connect(address).await;
    broken.send(crate::client::get("/broken")).await;
    assert!(broken.response().await.is_none(), "the connection goes with its handler");

    shutdown.request("the test is over");
    server.await.unwrap().unwrap();
    assert_eq!(late.response().await.expect("it stood in the queue").body, "hello");
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
    lines.assert_told(Level::WARN, &["no connection could be accepted; trying again", "too many files"]);
    lines.assert_told(Level::DEBUG, &["could not be sealed", "it cannot be sealed"]);
    lines.assert_told(Level::ERROR, &["a handler panicked", "the handler is broken"]);
    let all = lines.all();
    let given_up = all.iter().filter(|(_, line)| line.contains("could not be emptied"));
    assert!(given_up.clone().count() > 0 && given_up.clone().all(|(level, _)| *level == Level::WARN), "{all:?}");
    assert!(!all.iter().any(|(_, line)| line.contains("connection aborted")), "that is no news: {all:?}");
}
