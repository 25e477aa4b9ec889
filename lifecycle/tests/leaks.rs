//! What an App leaves behind is named in its report, and what belongs to other code is not.

#![cfg(all(target_os = "linux", feature = "macros", feature = "test-util"))]

mod common;

use std::net::SocketAddr;
use std::process::{Child, Command};
use std::sync::mpsc;

use common::{app, run};
use lifecycle::{App, AppBuilder, Leak, Res, Resource, ResourceSpec, Shutdown, ShutdownReport, TaskSpec, Tasks};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

struct Database;
impl Resource for Database {}

/// A task that does one thing, then asks for shutdown.
fn careless<F: Future<Output = ()> + Send + 'static>(act: impl FnOnce() -> F + Send + 'static) -> TaskSpec {
    let act = std::sync::Mutex::new(Some(act));
    TaskSpec::new("careless", move |shutdown: Shutdown| {
        let act = act.lock().unwrap().take().expect("it runs once");
        async move {
            act().await;
            shutdown.request("that was all");
        }
    })
}

fn lines(report: &ShutdownReport) -> Vec<String> {
    report.to_string().lines().filter_map(|line| Some(line.strip_prefix("  leak: ")?.to_owned())).collect()
}

/// A child process that does not outlive its test.
struct Sleeper(Child);

impl Sleeper {
    /// Started, and called what it is: the kernel lets the parent go on a moment before the child has its new name.
    fn start() -> Self {
        let child = Command::new("sleep").arg("600").spawn().expect("there is a `sleep`");
        let (name, began) = (format!("/proc/{}/comm", child.id()), std::time::Instant::now());
        while std::fs::read_to_string(&name).expect("it lives").trim_end() != "sleep" {
            assert!(began.elapsed() < std::time::Duration::from_secs(20), "it is never called `sleep`");
            std::thread::yield_now();
        }
        Self(child)
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[lifecycle::test]
async fn an_app_that_leaves_nothing_has_no_leaks(app: AppBuilder) {
    let serve = TaskSpec::new("serve", |tasks: Tasks, shutdown: Shutdown| async move {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let client = TcpStream::connect(listener.local_addr()?).await?;
        let (server, _) = listener.accept().await?;
        tasks.spawn("connection", async move {
            std::future::pending::<()>().await;
            drop((client, server));
        });
        drop(Sleeper::start());
        shutdown.request("that was all");
        Ok::<(), std::io::Error>(())
    });
    let report = run(app.task(serve).resource(ResourceSpec::value("database", Database))).await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.leaks, []);
}

#[lifecycle::test]
async fn a_handle_is_named_with_its_holder(app: AppBuilder) {
    let (keep, kept) = oneshot::channel();
    let database = ResourceSpec::value("database", Database).close_shared(async |_| {});
    let task = TaskSpec::new("careless", {
        let keep = std::sync::Mutex::new(Some(keep));
        move |database: Res<Database>, shutdown: Shutdown| {
            let _ = keep.lock().unwrap().take().expect("it runs once").send((database.clone(), database));
            async move { shutdown.request("that was all") }
        }
    });
    let report = run(app.resource(database).task(task)).await;
    assert_eq!(lines(&report), ["`careless` still holds 2 of resource `database`"]);
    drop(kept);
}

#[lifecycle::test]
async fn a_task_that_nobody_tracks_is_counted(app: AppBuilder) {
    let report = run(app.task(careless(|| async {
        tokio::spawn(std::future::pending::<()>());
        tokio::spawn(std::future::ready(()));
    })))
    .await;
    assert_eq!(lines(&report), ["1 task still runs that was not spawned through `Tasks`"]);
    assert!(report.is_clean(), "a leak alone changes no exit code: {report}");
}

#[lifecycle::test]
async fn a_child_process_is_named(app: AppBuilder) {
    let (keep, kept) = oneshot::channel();
    let report = run(app.task(careless(move || async move {
        let _ = keep.send(Sleeper::start());
    })))
    .await;
    let sleeper = kept.await.unwrap();
    assert_eq!(lines(&report), [format!("child process {} still runs: sleep 600", sleeper.0.id())]);
}

#[lifecycle::test]
async fn a_child_process_that_nobody_has_waited_for_is_named(app: AppBuilder) {
    let (keep, kept) = oneshot::channel();
    let report = run(app.task(careless(move || async move {
        let mut sleeper = Sleeper::start();
        let _ = sleeper.0.kill();
        let _ = keep.send(sleeper);
    })))
    .await;
    let pid = kept.await.unwrap().0.id();
    assert_eq!(lines(&report), [format!("child process {pid} has ended and was not waited for: sleep")]);
}

#[lifecycle::test]
async fn a_listening_socket_is_named_by_its_address(app: AppBuilder) {
    let (keep, kept) = oneshot::channel();
    let report = run(app.task(careless(move || async move {
        let _ = keep.send(TcpListener::bind("127.0.0.1:0").await.unwrap());
    })))
    .await;
    let address = kept.await.unwrap().local_addr().unwrap();
    let [Leak::Socket { protocol, local, remote, .. }] = &report.leaks[..] else { panic!("{report}") };
    assert_eq!((protocol.as_str(), local.clone(), remote.clone()), ("tcp", Some(address.to_string()), None));
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["leaks"][0]["kind"], "socket");
    assert_eq!(json["leaks"][0]["local"], address.to_string());
}

#[lifecycle::test]
async fn a_connection_is_named_by_both_its_ends(app: AppBuilder) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    let (keep, kept) = oneshot::channel();
    let report = run(app.task(careless(move || async move {
        let _ = keep.send(TcpStream::connect(server).await.unwrap());
    })))
    .await;
    let stream: TcpStream = kept.await.unwrap();
    let (client, server): (SocketAddr, SocketAddr) = (stream.local_addr().unwrap(), server);
    let [line] = &lines(&report)[..] else { panic!("{report}") };
    assert!(line.ends_with(&format!(" is still open: tcp {client} to {server}")), "{line}");
}

#[lifecycle::test]
async fn an_app_that_does_not_look_finds_nothing(app: AppBuilder) {
    let careless = careless(|| async {
        tokio::spawn(std::future::pending::<()>());
    });
    let report = run(app.detect_leaks(false).task(careless)).await;
    assert_eq!(report.leaks, []);
}

/// Opens and starts something on a thread of its own, as another test would, with an App beside it.
fn bystander(begun: &mpsc::Sender<Vec<std::fs::File>>, end: &mpsc::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let other = app().task(TaskSpec::new("other", |shutdown: Shutdown| async move {
            shutdown.requested().await;
        }));
        let other = other.build().unwrap();
        let shutdown = other.shutdown();
        let running = tokio::spawn(other.run());
        tokio::task::yield_now().await;
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sleeper = Sleeper::start();
        begun.send(vec![tempfile::tempfile().unwrap()]).unwrap();
        end.recv().unwrap();
        shutdown.request("over");
        running.await.unwrap();
        drop((socket, sleeper));
    });
}

#[lifecycle::test]
async fn what_another_thread_opens_and_starts_is_not_this_apps(app: AppBuilder) {
    let (begun, has_begun) = mpsc::channel();
    let (end, ended) = mpsc::channel();
    let (keep, other) = oneshot::channel();
    let report = run(app.task(careless(move || async move {
        let other = std::thread::spawn(move || bystander(&begun, &ended));
        let _ = keep.send((other, has_begun.recv().unwrap()));
    })))
    .await;
    end.send(()).unwrap();
    assert_eq!(report.leaks, [], "{report}");
    let [note] = &report.notes[..] else { panic!("{report}") };
    assert!(note.contains("descriptors") && note.contains("child process"), "{note}");
    let (other, _files) = other.await.unwrap();
    other.join().unwrap();
}

/// Two Apps on one runtime: it cannot be told which one a task belongs to that neither tracks.
#[lifecycle::test]
async fn two_apps_at_a_time_blame_nobody(first: AppBuilder) {
    let patient = TaskSpec::new("patient", |shutdown: Shutdown| async move { shutdown.requested().await });
    let second = app().detect_leaks(true).task(patient).build().unwrap();
    let shutdown = second.shutdown();
    let first = first.task(careless(move || async move {
        tokio::spawn(std::future::pending::<()>());
        shutdown.request("the other one ends");
    }));
    let (first, second): (ShutdownReport, ShutdownReport) = tokio::join!(run(first), second.run());
    assert_eq!((&first.leaks, &second.leaks), (&Vec::new(), &Vec::new()), "{first}{second}");
    assert!(first.notes.iter().any(|note| note.contains("task of the runtime")), "{first}");
}

/// Handles are counted whatever else runs in the process, and wherever the App does.
#[test]
fn an_app_with_many_threads_knows_its_handles() {
    let kept = std::sync::Arc::new(std::sync::Mutex::new(None));
    let keep = kept.clone();
    let database = ResourceSpec::value("database", Database).close_shared(async |_| {});
    let task = TaskSpec::new("careless", move |database: Res<Database>, shutdown: Shutdown| {
        *keep.lock().unwrap() = Some(database);
        async move { shutdown.request("that was all") }
    });
    let app = App::builder().signals(false).guard(false).environment(false).detect_leaks(true);
    let report = app.resource(database).task(task).build().unwrap().run_blocking();
    assert!(report.leaks.iter().any(|leak| matches!(leak, Leak::Handle { count: 1, .. })), "{report}");
    drop(kept);
}
