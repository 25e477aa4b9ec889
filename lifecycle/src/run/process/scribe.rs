//! Writes for threads that must not wait: a terminal, a pipe without a reader or a slow disk may hold up a write for
//! ever, and the guard has a deadline to keep.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::Builder;
use std::time::{Duration, Instant};

use crate::run::process::report_file;
use crate::sys::text::escaped;
use crate::words::report::ShutdownReport;

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
    files: Sender<Note<File>>,
}

/// The report for a file.
#[derive(Debug)]
struct File {
    path: PathBuf,
    json: String,
    /// What goes to stderr if the file cannot be written; `None` if it stands there already.
    table: Option<String>,
    /// When a pipe is given up that is read too slowly.
    until: Instant,
}

impl Scribe {
    pub(crate) fn start() -> std::io::Result<Self> {
        let lines = writer("lifecycle-scribe", |line: String| to_stderr(&line))?;
        let complaints = lines.clone();
        let files = writer("lifecycle-files", move |file: File| {
            if let Err(complaint) = to_file(&file) {
                let _ = complaints.send(Note::Write(complaint));
            }
        })?;
        Ok(Self { lines, files })
    }

    /// Writes text and a line end to stderr.
    pub(crate) fn line(&self, text: String) {
        let _ = self.lines.send(Note::Write(text));
    }

    /// Writes the report: its table to stderr if it is to be printed, itself to that path if there is one. If the path
    /// cannot be written to, stderr says why and has the table in any case. Waits for all that was to be written, but
    /// no longer than this.
    pub(crate) fn report(&self, report: &ShutdownReport, print: bool, path: Option<&Path>, most: Duration) {
        if print {
            self.line(report.to_string());
        }
        let began = Instant::now();
        if let Some(path) = path {
            let _ = self.files.send(Note::Write(File::of(report, !print, path, most)));
            // The file first: what goes wrong with it becomes a line, and that takes some time as well.
            if !wait_for(&self.files, began + most * 3 / 4) {
                let path = path.display().to_string();
                let what = "had not been written when the time for it was over";
                self.line(format!("lifecycle: the report to `{}` {what}", escaped(&path)));
            }
        }
        wait_for(&self.lines, began + most);
    }
}

impl File {
    fn of(report: &ShutdownReport, with_table: bool, path: &Path, most: Duration) -> Self {
        let table = with_table.then(|| report.to_string());
        Self { path: path.to_owned(), json: report.to_json(), table, until: Instant::now() + most / 2 }
    }
}

/// Whether all notes before were dealt with in time.
fn wait_for<T>(notes: &Sender<Note<T>>, until: Instant) -> bool {
    let (done, written) = channel();
    let _ = notes.send(Note::Done(done));
    !matches!(written.recv_timeout(until.saturating_duration_since(Instant::now())), Err(RecvTimeoutError::Timeout))
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

/// Writes a line, and the report to its file, on this very thread.
pub(crate) fn write_here(line: &str, report: &ShutdownReport, path: Option<&Path>, most: Duration) {
    to_stderr(line);
    if let Some(Err(complaint)) = path.map(|path| to_file(&File::of(report, true, path, most))) {
        to_stderr(&complaint);
    }
}

/// Writes the file, or says why not and where the report is instead.
fn to_file(file: &File) -> Result<(), String> {
    report_file::write(&file.path, &file.json, file.until).map_err(|error| {
        let (path, error) = (file.path.display().to_string(), error.to_string());
        let what = format!("lifecycle: the report could not be written to `{}`: {}", escaped(&path), escaped(&error));
        match &file.table {
            Some(table) => format!("{what}; it stands here instead\n{table}"),
            None => format!("{what}; its table stands above"),
        }
    })
}

/// The one door to stderr. Text from outside was escaped where it was put into a line; here nothing but our own line
/// ends comes through. A closed stderr is no reason to panic while shutting down.
fn to_stderr(text: &str) {
    let mut safe = String::with_capacity(text.len() + 1);
    for line in text.trim_end().split('\n') {
        let _ = writeln!(safe, "{}", escaped(line));
    }
    let _ = std::io::stderr().write_all(safe.as_bytes());
}
