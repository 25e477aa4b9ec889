//! What the emulator's user wants done when it is ready, and while it stops.
//!
//! A hook is a closure or a command. Each becomes a component of its own, so the report says what became of it: a
//! [ready](When::Ready) hook that fails ends the emulator with exit code 1, since a program that seeds it by a hook would
//! otherwise test against nothing; one of a phase that fails makes the exit code 3, and keeps nothing from stopping.

use std::fmt;
use std::pin::Pin;
use std::process::Stdio;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use lifecycle::{AppBuilder, BoxError, HookSpec, Phase, Reason, Res, Shutdown, TaskSpec, UnknownPhase};
use tokio::process::{Child, Command};

use crate::admin::Admin;
use crate::gateway::Gateway;

/// How long hooks of *announce* may take, if there are any. `LIFECYCLE_PHASES=announce=10s` gives them more.
const ANNOUNCE: Duration = Duration::from_secs(1);

/// When a hook runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The emulator answers requests.
    Ready,
    /// This phase of the shutdown begins. In *announce* requests are still taken, so a hook there can ask for what it
    /// wants to keep; from *stop_new_work* on they are not.
    Stopping(Phase),
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::Ready => f.write_str("ready"),
            When::Stopping(phase) => phase.fmt(f),
        }
    }
}

impl FromStr for When {
    type Err = UnknownPhase;

    /// `ready`, or the name of a phase.
    fn from_str(text: &str) -> Result<Self, UnknownPhase> {
        if text == "ready" { Ok(When::Ready) } else { text.parse().map(When::Stopping) }
    }
}

/// What a hook is told.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// When it runs.
    pub when: When,
    /// Where the emulator is, such as `http://127.0.0.1:10000`.
    pub url: String,
    /// Where its probes are, if they have a port of their own.
    pub admin: Option<String>,
    /// Why it stops; `None` while it does not.
    pub reason: Option<Reason>,
}

type Action = Arc<dyn Fn(Event) -> Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send>> + Send + Sync>;

/// The hooks of an emulator.
///
/// ```
/// use lifecycle::Phase;
/// use localzure::hooks::{Hooks, When};
///
/// let hooks = Hooks::new()
///     .on(When::Ready, "tell", async |event| {
///         println!("the emulator is at {}", event.url);
///         Ok(())
///     })
///     .command(When::Stopping(Phase::Announce), "curl -s $LOCALZURE_URL/queue/jobs > jobs-left.json");
/// ```
#[derive(Default)]
pub struct Hooks(Vec<Hook>);

struct Hook {
    when: When,
    name: String,
    action: Action,
}

impl Hooks {
    /// No hooks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a closure. Hooks of one moment run at the same time.
    pub fn on<F>(mut self, when: When, name: &str, action: impl Fn(Event) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        let name = format!("{when} hook: {name}");
        self.0.push(Hook { when, name, action: Arc::new(move |event| Box::pin(action(event))) });
        self
    }

    /// Adds a command for the shell. `LOCALZURE_URL`, `LOCALZURE_WHEN` and `LOCALZURE_REASON` are in its environment,
    /// and its output goes where the emulator's goes. It fails if it ends with another code than 0.
    pub fn command(self, when: When, command: impl Into<String>) -> Self {
        let command: String = command.into();
        let name = command.clone();
        self.on(when, &name, move |event| run(command.clone(), event))
    }

    pub(crate) fn install(self, mut app: AppBuilder) -> AppBuilder {
        // A phase without time would refuse requests at once, those of its own hooks as well.
        if self.0.iter().any(|hook| hook.when == When::Stopping(Phase::Announce)) {
            app = app.announce(ANNOUNCE);
        }
        self.0.into_iter().fold(app, |app, Hook { when, name, action }| match when {
            When::Ready => app.task(TaskSpec::new(name, move |gateway: Res<Gateway>, admin: Res<Admin>| {
                action(Event { when, url: gateway.url(), admin: admin.url(), reason: None })
            })),
            When::Stopping(phase) => app.hook(HookSpec::new(
                name,
                phase,
                move |gateway: Res<Gateway>, admin: Res<Admin>, shutdown: Shutdown| {
                    action(Event { when, url: gateway.url(), admin: admin.url(), reason: shutdown.reason() })
                },
            )),
        })
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|hook| &hook.name)).finish()
    }
}

/// Runs a command to its end. Dropped, it ends the command with all that it has started.
async fn run(command: String, event: Event) -> Result<(), BoxError> {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(&command).stdin(Stdio::null()).kill_on_drop(true);
    shell.env("LOCALZURE_URL", &event.url).env("LOCALZURE_WHEN", event.when.to_string());
    shell.env("LOCALZURE_REASON", event.reason.map(|reason| reason.to_string()).unwrap_or_default());
    // A Ctrl-C is for the emulator; it says itself when a hook has to end.
    #[cfg(unix)]
    shell.process_group(0);
    let mut group = Group(shell.spawn()?);
    let status = group.0.wait().await?;
    if status.success() { Ok(()) } else { Err(format!("`{command}`: {status}").into()) }
}

/// A child that takes its own children along.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        // A child that was waited for has no number any more.
        #[cfg(unix)]
        if let Some(group) = self.0.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        Event { when: When::Ready, url: "http://localhost:1".into(), admin: None, reason: None }
    }

    #[test]
    fn a_moment_is_read_as_it_is_written() {
        for text in ["ready", "announce", "stop_new_work", "complete_current", "cancel_tasks", "force_cleanup"] {
            assert_eq!(text.parse::<When>().unwrap().to_string(), text);
        }
        assert!("steady".parse::<When>().is_err());
    }

    #[tokio::test]
    async fn a_command_is_told_where_the_emulator_is_and_fails_by_its_exit_code() {
        run(r#"test "$LOCALZURE_URL $LOCALZURE_WHEN" = "http://localhost:1 ready""#.into(), event()).await.unwrap();
        let error = run("exit 7".into(), event()).await.unwrap_err().to_string();
        assert!(error.contains("exit 7") && error.contains('7'), "{error}");
    }

    #[tokio::test]
    async fn a_command_that_is_given_up_goes_with_its_children() {
        let folder = tempfile::TempDir::new().unwrap();
        let fifo = folder.path().join("alive");
        rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RWXU).unwrap();
        // The grandchild holds the pipe open; its end is the pipe's end.
        let command = format!("(sleep 600 > '{0}'); true", fifo.display());
        let running = tokio::spawn(run(command, event()));
        let mut pipe = tokio::fs::File::open(&fifo).await.unwrap();
        running.abort();
        let mut rest = Vec::new();
        tokio::io::AsyncReadExt::read_to_end(&mut pipe, &mut rest).await.unwrap();
        assert!(running.await.unwrap_err().is_cancelled());
    }
}
