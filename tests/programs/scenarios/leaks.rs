//! Apps that leave something behind.

use std::fs::File;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use lifecycle::{App, AppBuilder, TaskSpec};
use lifecycle_tests::stage::{ready, say};

/// Kept for as long as the process lives; the child ends with it, because its stdin does.
static KEPT: Mutex<Option<(TcpListener, File, Child)>> = Mutex::new(None);

pub(crate) fn app(name: &str) -> Option<AppBuilder> {
    let app = App::builder().task(ready());
    Some(match name {
        "leaks" => app.task(TaskSpec::new("careless", careless)),
        "leaks_looked_for" => app.task(TaskSpec::new("careless", careless)).detect_leaks(true),
        "leaks_none" => app.detect_leaks(true),
        _ => return None,
    })
}

async fn careless() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let file = File::open(std::env::current_exe()?)?;
    let child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    say(format!("listens on {}", listener.local_addr()?));
    say(format!("started {}", child.id()));
    *KEPT.lock().unwrap() = Some((listener, file, child));
    tokio::spawn(std::future::pending::<()>());
    say("KEPT");
    Ok(())
}
