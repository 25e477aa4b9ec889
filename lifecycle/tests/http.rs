//! The server through its phases, over real sockets.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use lifecycle::{App, Shutdown, ShutdownReport, TaskSpec};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

async fn start(
    router: Router,
    announce: Duration,
) -> (std::net::SocketAddr, Shutdown, tokio::task::JoinHandle<ShutdownReport>) {
    let (tell, address) = oneshot::channel();
    let tell = std::sync::Mutex::new(Some(tell));
    let app = App::builder()
        .announce(announce)
        .signals(false)
        .guard(false)
        .environment(false)
        .task(TaskSpec::new("web", move |shutdown: Shutdown| {
            let tell = tell.lock().unwrap().take();
            let router = router.clone();
            async move {
                let listener = TcpListener::bind("127.0.0.1:0").await?;
                tell.unwrap().send(listener.local_addr()?).unwrap();
                lifecycle::axum::serve(listener, router, shutdown).await
            }
        }))
        .build()
        .unwrap();
    let shutdown = app.shutdown();
    let running = tokio::spawn(app.run());
    (address.await.unwrap(), shutdown, running)
}

#[tokio::test]
async fn smoke() {
    let router = Router::new().route("/", get(async || "hello")).merge(lifecycle::axum::probes());
    let (address, shutdown, running) = start(router, Duration::ZERO).await;
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"GET /lifecycle HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut buf = vec![0; 4096];
    let n = client.read(&mut buf).await.unwrap();
    println!("{}", String::from_utf8_lossy(&buf[..n]));
    let t = std::time::Instant::now();
    shutdown.request("test");
    let n = client.read_to_end(&mut buf).await.unwrap();
    println!("{n} after {:?}", t.elapsed());
    let report = running.await.unwrap();
    println!("{report} {:?}", t.elapsed());
    assert!(report.is_clean());
}
