//! The database files change while the emulator runs.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;

use localzure::client::Client;
use localzure::hooks::{Hooks, When};
use localzure::{Config, emulator};
use tempfile::TempDir;

/// A port that will be free again and again: no other program uses such an address.
fn address() -> SocketAddr {
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    let own = Ipv4Addr::new(127, high.max(1), middle, low.max(1));
    let address = if cfg!(target_os = "linux") { own } else { Ipv4Addr::LOCALHOST };
    TcpListener::bind((address, 0)).and_then(|listener| listener.local_addr()).expect("the system gives a port")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn names(folder: &Path) -> Vec<String> {
    let name = |file: std::fs::DirEntry| file.file_name().into_string().unwrap();
    let mut names: Vec<String> = std::fs::read_dir(folder).unwrap().map(|file| name(file.unwrap())).collect();
    names.sort();
    names
}

async fn status(address: SocketAddr, path: &str) -> u16 {
    Client::connect(address).await.unwrap().get(path).await.unwrap().status
}

async fn put(address: SocketAddr, path: &str) {
    let answer = Client::connect(address).await.unwrap().put(path, "text").await.unwrap();
    assert!(answer.status < 300, "{path}: {}", answer.status);
}

/// A backup is taken and restored: in between the files are closed, and no client is let in.
#[tokio::test]
async fn a_backup_is_restored_while_the_emulator_runs() {
    let (folder, backup) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (tell, mut ready) = tokio::sync::watch::channel(false);
    let hooks = Hooks::new().on(When::Ready, "tell", move |_| {
        tell.send_replace(true);
        async { Ok(()) }
    });
    let address = address();
    let config = Config { listen: address, data: folder.path().into(), ..Config::default() };
    let app = emulator(config, hooks).environment(false).signals(false).guard(false).build().unwrap();
    let (shutdown, groups) = (app.shutdown(), app.groups().cascading());
    let running = tokio::spawn(app.run());
    ready.wait_for(|ready| *ready).await.unwrap();
    put(address, "/blob/pets").await;
    put(address, "/blob/pets/early").await;

    let stopped = groups.stop("store").await.unwrap();
    for name in ["store", "blobs", "queues", "gateway", "gateway_server"] {
        assert!(stopped.iter().any(|stopped| stopped == name), "{name} is not in {stopped:?}");
    }
    assert_eq!(
        names(folder.path()),
        ["blobs.sqlite", "localzure.lock", "queues.sqlite"],
        "all is in the one file each"
    );
    assert!(Client::connect(address).await.is_err(), "no client is let in");
    assert_eq!(shutdown.status().services["store"].state, "stopped");
    copy(folder.path(), backup.path());
    assert_eq!(groups.start("store").await.unwrap(), stopped);
    put(address, "/blob/pets/late").await;

    groups.stop("store").await.unwrap();
    copy(backup.path(), folder.path());
    groups.start("store").await.unwrap();
    assert_eq!(status(address, "/blob/pets/early").await, 200);
    assert_eq!(status(address, "/blob/pets/late").await, 404);

    shutdown.request("the test is over");
    let report = running.await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.component("gateway_server").unwrap().restarts, 0);
}
