//! An App at the limits of the system: so many descriptors or threads and no more.

use std::time::{Duration, Instant};

use lifecycle::{App, AppBuilder, Resource, ResourceSpec, Shutdown, TaskSpec, Tasks};
use lifecycle_tests::stage::{run, say, workers};
use rustix::process::{Gid, Resource as Limit, Rlimit, Uid, setrlimit};
use rustix::thread::{set_thread_res_gid, set_thread_res_uid};

/// Longest wait for the guard to have its name.
const GUARD: Duration = Duration::from_secs(10);

/// `limited FRONT nofile N`, or `limited FRONT nproc N UID`: the front is `run`, `blocking` or `process`.
pub(crate) fn limited() -> ! {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let number = |at: usize| arguments[at].parse::<u32>().expect("a number");
    let front = arguments[0].as_str();
    // A runtime of other code stands before the App comes.
    let runtime = (front == "run").then(|| tokio::runtime::Builder::new_current_thread().enable_all().build());
    if let Some(uid) = arguments.get(3) {
        become_user(uid.parse().expect("a number"));
    }
    let limit = if arguments[1] == "nofile" { Limit::Nofile } else { Limit::Nproc };
    let most = Some(u64::from(number(2)));
    setrlimit(limit, Rlimit { current: most, maximum: most }).expect("a limit may be lowered");
    let app = App::builder().task(TaskSpec::new("looks", looks));
    match runtime {
        Some(runtime) => {
            let app = app.build().expect("it is valid");
            let report = runtime.expect("a runtime").block_on(app.run());
            say("over");
            std::process::exit(report.exit_code.get().into())
        }
        None if front == "process" => process(app),
        None => run(app),
    }
}

fn process(app: AppBuilder) -> ! {
    app.worker_threads(workers()).run_process()
}

/// `no_more_threads UID`: an App that runs when there are no more threads, with all that wants one of its own.
pub(crate) fn no_more_threads() -> ! {
    become_user(std::env::args().nth(2).and_then(|uid| uid.parse().ok()).expect("a number"));
    struct Store;
    impl Resource for Store {}
    let store = ResourceSpec::<Store>::new("store", || async { Store });
    let store = store.close(|_| async { say("closed") }).blocking(true);
    let leaves_none = |tasks: Tasks, shutdown: Shutdown| async move {
        setrlimit(Limit::Nproc, Rlimit { current: Some(1), maximum: Some(1) }).expect("a limit may be lowered");
        let child = tasks.spawn_blocking("child", || say("ran")).await;
        // Left behind, so that the look for leaks has something to wait for.
        tokio::spawn(std::future::pending::<()>());
        say(format!("child: {}", child.expect_err("there is no thread for it")));
        shutdown.request("there are no more threads");
    };
    run(App::builder().resource(store).task(TaskSpec::new("leaves_none", leaves_none)).detect_leaks(true))
}

/// The system counts threads by user, and does not count those of root. Only this thread runs yet.
fn become_user(id: u32) {
    let (uid, gid) = (Uid::from_raw(id), Gid::from_raw(id));
    set_thread_res_gid(gid, gid, gid).expect("root may");
    set_thread_res_uid(uid, uid, uid).expect("root may");
}

/// Tells whether there is a guard. A thread has its name a moment after it has begun.
async fn looks(shutdown: Shutdown) {
    let began = Instant::now();
    let told = loop {
        match guards() {
            Ok(0) if began.elapsed() < GUARD => tokio::task::yield_now().await,
            Ok(guards) => break format!("guards: {guards}"),
            Err(error) => break format!("it cannot look: {error}"),
        }
    };
    say(told);
    shutdown.request("it has looked");
}

fn guards() -> std::io::Result<usize> {
    let mut guards = 0;
    for task in std::fs::read_dir("/proc/self/task")? {
        guards += usize::from(std::fs::read_to_string(task?.path().join("comm"))?.trim() == "lifecycle-guard");
    }
    Ok(guards)
}
