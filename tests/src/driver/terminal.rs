//! A terminal for a program: what a terminal window or sshd holds of it.

use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};

/// The keyboard. Dropped, it closes the terminal: when that is done, the system has told the program.
#[derive(Debug)]
pub(super) struct Terminal {
    /// `None` once it is closed.
    master: Option<File>,
    /// Its end tells the screen to close its descriptor, without which the terminal would stay open.
    open: Option<PipeWriter>,
    screen_is_gone: Receiver<()>,
}

/// What the program writes to its terminal.
#[derive(Debug)]
pub(super) struct Screen {
    /// `None` once it is closed. The sender goes after the descriptor.
    master: Option<(File, Sender<()>)>,
    closing: PipeReader,
}

/// Gives a command that has not been started a terminal for its stdin and stdout, and for its stderr if asked to.
pub(super) fn open(command: &mut Command, with_stderr: bool) -> (Terminal, Screen) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).expect("a terminal");
    grantpt(&master).expect("it is ours");
    unlockpt(&master).expect("it is ours");
    // Without NOCTTY it could become the test's own controlling terminal.
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let slave = ioctl_tiocgptpeer(&master, flags).expect("its other end");
    let end = || slave.try_clone().expect("a descriptor");
    command.stdin(end()).stdout(end());
    if with_stderr {
        command.stderr(end());
    }
    let (closing, open) = io::pipe().expect("a pipe");
    let (sender, screen_is_gone) = channel();
    let keyboard = File::from(master);
    let screen = Screen { master: Some((keyboard.try_clone().expect("a descriptor"), sender)), closing };
    (Terminal { master: Some(keyboard), open: Some(open), screen_is_gone }, screen)
}

impl Terminal {
    pub(super) fn write(&self, text: &str) {
        let mut master = self.master.as_ref().expect("it is open");
        master.write_all(text.as_bytes()).expect("the other end is held");
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.master = None;
        self.open = None;
        // The end of the channel is what is waited for.
        let _ = self.screen_is_gone.recv();
    }
}

impl Read for Screen {
    /// It ends when the terminal is closed on either side.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some((master, _)) = &mut self.master else { return Ok(0) };
        let mut ready = [PollFd::new(master, PollFlags::IN), PollFd::new(&self.closing, PollFlags::IN)];
        while let Err(error) = poll(&mut ready, None) {
            if error != Errno::INTR {
                return Err(error.into());
            }
        }
        if ready[1].revents().is_empty() {
            match master.read(buffer) {
                Ok(count) => return Ok(count),
                // What a terminal says that no process holds any more.
                Err(error) if error.raw_os_error() == Some(Errno::IO.raw_os_error()) => {}
                Err(error) => return Err(error),
            }
        }
        self.master = None;
        Ok(0)
    }
}
