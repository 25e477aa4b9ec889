//! What shares a terminal with its child processes.

use lifecycle::{App, AppBuilder, BoxError, ResourceSpec, Shutdown, TaskSpec};
use lifecycle_tests::stage::{ready, say};
use tokio::process::{Child, Command};

pub(crate) fn app(name: &str) -> Option<AppBuilder> {
    let app = App::builder();
    Some(match name {
        "child_in_the_foreground" => app.task(TaskSpec::new("database", child_in_the_foreground)),
        "child_without_a_cause" => app.task(TaskSpec::new("database", child_without_a_cause)),
        "child_while_it_opens" => {
            app.resource(ResourceSpec::<Database>::new("database", opens_by_a_child)).task(ready())
        }
        "child_in_a_group" => app.task(TaskSpec::new("database", child_in_a_group)),
        _ => return None,
    })
}

fn child() -> std::io::Result<Child> {
    let child = Command::new("sleep").arg("600").kill_on_drop(true).spawn()?;
    say("READY");
    Ok(child)
}

/// The child belongs to the terminal's foreground group: Ctrl-C ends it before we have asked for anything.
async fn child_in_the_foreground() -> Result<(), BoxError> {
    let status = child()?.wait().await?;
    Err(format!("the database ended: {status}").into())
}

/// The same in a task that is not dropped, and the error does not tell what the child died of.
async fn child_without_a_cause(_shutdown: Shutdown) -> Result<(), BoxError> {
    child()?.wait().await?;
    Err("the database is gone".into())
}

struct Database;
impl lifecycle::Resource for Database {}

async fn opens_by_a_child() -> Result<Database, BoxError> {
    let status = child()?.wait().await?;
    Err(format!("the database did not come up: {status}").into())
}

/// As the documentation advises: Ctrl-C does not reach the child, which is stopped in its turn.
async fn child_in_a_group(shutdown: Shutdown) -> Result<(), BoxError> {
    let mut child = Command::new("sleep").arg("600").process_group(0).kill_on_drop(true).spawn()?;
    say("READY");
    if let Some(status) = shutdown.until_cancelled(child.wait()).await {
        return Err(format!("the database ended: {}", status?).into());
    }
    child.kill().await?;
    say("stopped the database");
    Ok(())
}
