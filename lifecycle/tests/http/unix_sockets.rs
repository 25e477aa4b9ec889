//! Files of Unix sockets: which of them are taken over, and which are removed.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::{UnixListener as StdListener, UnixStream as StdStream};
use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use lifecycle::axum::UnixSocket;
use lifecycle::{Restart, Shutdown, TaskSpec};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use crate::abort::{all_have_heard, until};
use crate::web::app;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

async fn is_answered(path: &Path) {
    let mut client = UnixStream::connect(path).await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("hello"), "{answer}");
}

/// Serves until it is told to stop; between that and the end the closure runs.
async fn served_and_stopped(listener: impl lifecycle::axum::Listener, path: &Path, meanwhile: impl FnOnce()) {
    let app = app().build().unwrap();
    let shutdown: Shutdown = app.shutdown();
    let router = Router::new().route("/", get(async || "hello"));
    let server = tokio::spawn(lifecycle::axum::serve(listener, router, shutdown.clone()));
    let running = tokio::spawn(app.run());
    is_answered(path).await;
    meanwhile();
    shutdown.request("the test is over");
    server.await.unwrap().unwrap();
    running.await.unwrap();
}

/// Regression: the file stayed, and the next start failed, since the path was in use.
#[tokio::test]
async fn the_file_of_any_unix_listener_is_removed_when_its_server_stops() {
    let folder = folder();
    let path = folder.path().join("socket");
    for _ in 0..2 {
        served_and_stopped(UnixListener::bind(&path).unwrap(), &path, || {}).await;
        assert!(!path.exists());
    }
    served_and_stopped(UnixSocket::bind(&path).unwrap(), &path, || {}).await;
    assert!(!path.exists());
}

#[tokio::test]
async fn the_path_is_free_for_a_server_that_comes_back_when_the_shutdown_is_called_off() {
    let folder = folder();
    let path = folder.path().join("socket");
    let at = path.clone();
    let web = TaskSpec::new("web", move |shutdown: Shutdown| {
        let path = at.clone();
        async move {
            let listener = UnixListener::bind(path)?;
            let router = Router::new().route("/", get(async || "hello"));
            // A connection that has been busy keeps *stop_new_work* from its end.
            lifecycle::axum::serve(listener, router, shutdown).linger(Duration::from_secs(4)).await
        }
    });
    let stays = TaskSpec::new("stays", |shutdown: Shutdown| async move { shutdown.cancelled().await });
    let app = app().task(web.restart(Restart::Always)).task(stays).build().unwrap();
    let shutdown = app.shutdown();
    let running = tokio::spawn(app.run());
    let runs = |runs| shutdown.status().services["web"].runs == runs && path.exists();
    until(|| runs(1)).await;
    let mut busy = UnixStream::connect(&path).await.unwrap();
    busy.write_all(b"GET / HTTP/1.1\r\nhost: test\r\n\r\n").await.unwrap();
    busy.readable().await.unwrap();
    shutdown.request("first");
    until(|| shutdown.is_draining()).await;
    all_have_heard().await;
    shutdown.abort().await.unwrap();
    until(|| runs(2)).await;
    is_answered(&path).await;
    drop(busy);
    shutdown.request("enough");
    let report = running.await.unwrap();
    assert!(report.is_clean() && report.called_off == 1, "{report}");
    assert!(!path.exists());
}

#[tokio::test]
async fn a_file_that_another_process_has_put_there_stays() {
    let folder = folder();
    let path = folder.path().join("socket");
    let mut other = None;
    served_and_stopped(UnixSocket::bind(&path).unwrap(), &path, || {
        fs::remove_file(&path).unwrap();
        other = Some(StdListener::bind(&path).unwrap());
    })
    .await;
    assert!(other.is_some());
    StdStream::connect(&path).expect("the other one listens");
}

#[tokio::test]
async fn a_server_that_is_dropped_removes_the_file_too() {
    let folder = folder();
    let path = folder.path().join("socket");
    let app = app().build().unwrap();
    let server = tokio::spawn(lifecycle::axum::serve(
        UnixListener::bind(&path).unwrap(),
        Router::new().route("/", get(async || "hello")),
        app.shutdown(),
    ));
    is_answered(&path).await;
    server.abort();
    assert!(server.await.unwrap_err().is_cancelled());
    assert!(!path.exists());
    // One that never ran.
    drop(lifecycle::axum::serve(UnixListener::bind(&path).unwrap(), Router::new(), app.shutdown()));
    assert!(!path.exists());
    drop(UnixSocket::bind(&path).unwrap());
    assert!(!path.exists());
}

#[tokio::test]
async fn a_file_that_is_to_stay_stays() {
    let folder = folder();
    let path = folder.path().join("socket");
    let app = app().build().unwrap();
    let server = lifecycle::axum::serve(UnixListener::bind(&path).unwrap(), Router::new(), app.shutdown());
    let mut server = Box::pin(server.remove_socket(false));
    // It has begun to listen.
    let begun = std::future::poll_fn(|context| std::task::Poll::Ready(server.as_mut().poll(context)));
    assert!(begun.await.is_pending());
    drop(server);
    assert!(path.exists());
}

#[tokio::test]
async fn a_file_that_a_process_has_left_behind_is_taken_over() {
    let folder = folder();
    let path = folder.path().join("socket");
    drop(StdListener::bind(&path).unwrap());
    assert_eq!(UnixListener::bind(&path).unwrap_err().kind(), ErrorKind::AddrInUse, "that is what it is about");
    let socket = UnixSocket::bind(&path).unwrap();
    assert_eq!(socket.path(), path);
    StdStream::connect(&path).unwrap();
}

#[tokio::test]
async fn a_path_at_which_a_process_listens_is_not() {
    let folder = folder();
    let path = folder.path().join("socket");
    let first = UnixSocket::bind(&path).unwrap();
    let error = UnixSocket::bind(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    assert_eq!(error.to_string(), format!("`{}`: another process listens there", path.display()));
    StdStream::connect(&path).expect("the first one still listens");
    drop(first);
}

#[tokio::test]
async fn a_file_that_is_no_socket_is_not_touched() {
    let folder = folder();
    let path = folder.path().join("file");
    fs::write(&path, "data").unwrap();
    let error = UnixSocket::bind(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}");
    assert!(error.to_string().contains("no socket"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "data");
    // Nor is a link to a socket that was left behind.
    let (socket, link) = (folder.path().join("socket"), folder.path().join("link"));
    drop(StdListener::bind(&socket).unwrap());
    symlink(&socket, &link).unwrap();
    assert_eq!(UnixSocket::bind(&link).unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert!(socket.exists());
}

#[tokio::test]
async fn an_error_of_the_system_names_the_path() {
    let folder = folder();
    let path = folder.path().join("missing").join("socket");
    let error = UnixSocket::bind(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().starts_with(&format!("`{}`: ", path.display())), "{error}");
    let long = folder.path().join("long".repeat(100));
    let error = UnixSocket::bind(&long).unwrap_err();
    assert!(error.to_string().starts_with(&format!("`{}`: ", long.display())), "{error}");
}

#[tokio::test]
async fn the_file_has_the_permissions_that_were_asked_for() {
    let folder = folder();
    let path = folder.path().join("socket");
    for mode in [0o600, 0o640] {
        let _socket = UnixSocket::bind_with_mode(&path, mode).unwrap();
        let granted = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(granted & !mode, 0, "{granted:o}");
        assert_eq!(granted & 0o600, 0o600, "{granted:o}");
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
#[tokio::test]
async fn a_name_in_the_abstract_namespace_has_no_file() {
    let name = format!("\0lifecycle-test-{}", std::process::id());
    let socket = UnixSocket::bind(&name).unwrap();
    assert_eq!(UnixSocket::bind(&name).unwrap_err().kind(), ErrorKind::AddrInUse);
    drop(socket);
    UnixSocket::bind(&name).unwrap();
}
