//! A part of the App stops and starts while the rest runs, on a paused clock.

mod called_off;
mod dependents;
mod meanwhile;
mod resources;
mod tasks;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lifecycle::{
    AppBuilder, GroupError, Groups, Missed, Res, Resource, ResourceSpec, Shutdown, ShutdownReport, TaskSpec,
};
use tokio::task::JoinHandle;
use tokio::time::Instant;

const S: Duration = Duration::from_secs(1);

/// As a call of `Groups` answers.
type Named = Result<Vec<String>, GroupError>;

fn start(app: AppBuilder) -> (Shutdown, Groups, JoinHandle<ShutdownReport>) {
    let app = app.signals(false).guard(false).environment(false).build().unwrap();
    (app.shutdown(), app.groups(), tokio::spawn(app.run()))
}

/// A task that ticks each second, and the moments of its ticks.
fn ticking(name: &str, tag: &'static str, missed: Missed) -> (TaskSpec, Arc<Mutex<Vec<u64>>>) {
    let (ticks, began) = (Arc::new(Mutex::new(Vec::new())), Instant::now());
    let seen = ticks.clone();
    let task = TaskSpec::new(name, move || {
        seen.lock().unwrap().push(began.elapsed().as_secs());
        async {}
    });
    (task.interval(S).missed(missed).tags([tag]), ticks)
}

fn named(names: &[&str]) -> Named {
    Ok(names.iter().map(|name| (*name).to_owned()).collect())
}

fn in_use(name: &str, users: &[&str]) -> Named {
    Err(GroupError::InUse { name: name.to_owned(), users: users.iter().map(|user| (*user).to_owned()).collect() })
}

fn needs(name: &str, stopped: &[&str]) -> Named {
    Err(GroupError::Needs { name: name.to_owned(), stopped: stopped.iter().map(|name| (*name).to_owned()).collect() })
}

fn not_closed(name: &str, error: &str) -> Named {
    Err(GroupError::NotClosed(vec![(name.to_owned(), error.to_owned())]))
}

fn not_opened(name: &str, error: &str) -> Named {
    Err(GroupError::NotOpened(vec![(name.to_owned(), error.to_owned())]))
}

/// What happened, in order.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    /// Since the last look.
    fn lines(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// A value that knows which of its kind it is.
#[derive(Clone, Copy, Debug)]
struct Db(usize);
impl Resource for Db {}

/// Uses the database.
#[derive(Debug)]
struct Cache(Res<Db>);
impl Resource for Cache {}

/// Uses nothing.
#[derive(Debug)]
struct Mail;
impl Resource for Mail {}

fn database(journal: &Journal) -> ResourceSpec<Db> {
    let (opening, closing, opened) = (journal.clone(), journal.clone(), Mutex::new(0));
    let opened = Arc::new(opened);
    ResourceSpec::new("db", move || {
        let mut opened = opened.lock().unwrap();
        *opened += 1;
        opening.note(format!("db {opened} opens"));
        Db(*opened)
    })
    .close(move |db: Db| {
        closing.note(format!("db {} closes", db.0));
        std::future::ready(())
    })
}

fn cache(journal: &Journal) -> ResourceSpec<Cache> {
    let (opening, closing) = (journal.clone(), journal.clone());
    ResourceSpec::new("cache", move |db: Res<Db>| {
        opening.note(format!("cache opens over db {}", db.0));
        Cache(db)
    })
    .close(move |cache: Cache| {
        closing.note(format!("cache closes over db {}", cache.0.0));
        std::future::ready(())
    })
}

/// Says when it begins and when it is told to end.
fn reader(name: &'static str, journal: &Journal) -> TaskSpec {
    let journal = journal.clone();
    TaskSpec::new(name, move |db: Res<Db>, shutdown: Shutdown| {
        let journal = journal.clone();
        async move {
            journal.note(format!("{name} begins with db {}", db.0));
            shutdown.draining().await;
            journal.note(format!("{name} ends"));
        }
    })
}

fn asker(name: &'static str, journal: &Journal) -> TaskSpec {
    let journal = journal.clone();
    TaskSpec::new(name, move |cache: Res<Cache>, shutdown: Shutdown| {
        let journal = journal.clone();
        async move {
            journal.note(format!("{name} begins with db {}", cache.0.0));
            shutdown.draining().await;
            journal.note(format!("{name} ends"));
        }
    })
}
