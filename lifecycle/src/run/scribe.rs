//! Writes for those who must not wait: a terminal, a pipe that nobody reads or a slow disk may hold up a
//! write for ever, and the guard has a deadline to keep.

use std::io::Write;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Builder;
use std::time::Duration;

#[derive(Debug)]
enum Note {
    Line(String),
    File(PathBuf, String),
    /// All notes before this one are written.
    Done(Sender<()>),
}

/// A thread that writes to stderr and to files. Ends when the last clone is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Scribe(Sender<Note>);

impl Scribe {
    pub(crate) fn start() -> std::io::Result<Self> {
        let (sender, notes) = channel();
        Builder::new().name("lifecycle-scribe".to_owned()).spawn(move || write_all(notes))?;
        Ok(Self(sender))
    }

    /// Writes text and a line end to stderr.
    pub(crate) fn line(&self, text: String) {
        let _ = self.0.send(Note::Line(text));
    }

    /// Writes a file, whole: a reader sees the old one or the new one.
    pub(crate) fn file(&self, path: PathBuf, text: String) {
        let _ = self.0.send(Note::File(path, text));
    }

    /// Waits until everything before is written, but no longer than this.
    pub(crate) fn flush(&self, most: Duration) {
        let (done, written) = channel();
        if self.0.send(Note::Done(done)).is_ok() {
            let _ = written.recv_timeout(most);
        }
    }
}

fn write_all(notes: Receiver<Note>) {
    for note in notes {
        match note {
            Note::Line(text) => to_stderr(&text),
            Note::File(path, text) => {
                if let Err(error) = replace(&path, &text) {
                    to_stderr(&format!("lifecycle: the report could not be written to `{}`: {error}", path.display()));
                }
            }
            Note::Done(done) => {
                let _ = done.send(());
            }
        }
    }
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
