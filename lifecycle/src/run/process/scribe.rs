//! Writes for those who must not wait: a terminal, a pipe that nobody reads or a slow disk may hold up a
//! write for ever, and the guard has a deadline to keep.

use std::io::Write;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Builder;
use std::time::{Duration, Instant};

#[derive(Debug)]
enum Note<T> {
    Write(T),
    /// All notes before this one are written.
    Done(Sender<()>),
}

/// Two threads, one that writes to stderr and one that writes files: a stderr that takes nothing any more must not
/// keep the report from its file. They end when the last clone is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Scribe {
    lines: Sender<Note<String>>,
    files: Sender<Note<(PathBuf, String)>>,
}

impl Scribe {
    pub(crate) fn start() -> std::io::Result<Self> {
        let lines = writer("lifecycle-scribe", |line: String| to_stderr(&line))?;
        let complaints = lines.clone();
        let files = writer("lifecycle-files", move |(path, text): (PathBuf, String)| {
            if let Err(complaint) = to_file(&path, &text) {
                let _ = complaints.send(Note::Write(complaint));
            }
        })?;
        Ok(Self { lines, files })
    }

    /// Writes text and a line end to stderr.
    pub(crate) fn line(&self, text: String) {
        let _ = self.lines.send(Note::Write(text));
    }

    /// Writes a file, whole: a reader sees the old one or the new one.
    pub(crate) fn file(&self, path: PathBuf, text: String) {
        let _ = self.files.send(Note::Write((path, text)));
    }

    /// Waits until everything before is written, but no longer than this.
    pub(crate) fn flush(&self, most: Duration) {
        let until = Instant::now() + most;
        // Files first: what goes wrong with them becomes a line.
        wait_for(&self.files, until);
        wait_for(&self.lines, until);
    }
}

fn wait_for<T>(notes: &Sender<Note<T>>, until: Instant) {
    let (done, written) = channel();
    if notes.send(Note::Done(done)).is_ok() {
        let _ = written.recv_timeout(until.saturating_duration_since(Instant::now()));
    }
}

/// A thread that deals with one note after the other.
fn writer<T: Send + 'static>(name: &str, write: impl Fn(T) + Send + 'static) -> std::io::Result<Sender<Note<T>>> {
    let (sender, notes): (_, Receiver<Note<T>>) = channel();
    Builder::new().name(name.to_owned()).spawn(move || {
        for note in notes {
            match note {
                Note::Write(what) => write(what),
                Note::Done(done) => {
                    let _ = done.send(());
                }
            }
        }
    })?;
    Ok(sender)
}

/// Writes a line, and a file whole, on this very thread.
pub(crate) fn write_here(line: String, file: Option<(PathBuf, String)>) {
    to_stderr(&line);
    if let Some(Err(complaint)) = file.map(|(path, text)| to_file(&path, &text)) {
        to_stderr(&complaint);
    }
}

/// Writes a file, or says why not.
fn to_file(path: &PathBuf, text: &str) -> Result<(), String> {
    replace(path, text).map_err(|error| {
        let path = path.display();
        format!("lifecycle: the report could not be written to `{path}`: {error}")
    })
}

/// A closed stderr is no reason to panic while shutting down.
fn to_stderr(text: &str) {
    let _ = writeln!(std::io::stderr(), "{}", text.trim_end());
}

fn replace(path: &PathBuf, text: &str) -> std::io::Result<()> {
    // A device or a pipe cannot be replaced, only written to.
    let is_special = std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    if is_special {
        return std::fs::write(path, text);
    }
    let mut beside = path.clone().into_os_string();
    beside.push(format!(".{}", std::process::id()));
    let beside = PathBuf::from(beside);
    std::fs::write(&beside, text)?;
    std::fs::rename(&beside, path)
}
