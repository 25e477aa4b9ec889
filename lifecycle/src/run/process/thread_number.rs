//! A thread as the kernel knows it: whether it is still there, and whether it waits for input. Nothing can end a read of
//! stdin: a thread in it is left behind without a fault.

/// The kernel's number of a thread, where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ThreadNumber(Option<u32>);

impl ThreadNumber {
    /// That of the calling thread.
    #[cfg(target_os = "linux")]
    pub(crate) fn current() -> Self {
        let number = || {
            let link = std::fs::read_link("/proc/thread-self").ok()?;
            link.file_name()?.to_str()?.parse().ok()
        };
        Self(number())
    }

    /// Elsewhere than on Linux it is not known where another thread stands.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn current() -> Self {
        Self(None)
    }

    /// Whether the system has no such thread of this process any more.
    pub(crate) fn is_gone(self) -> bool {
        self.0.is_none_or(|number| !std::path::Path::new(&format!("/proc/self/task/{number}")).exists())
    }

    /// Whether the thread is in a `read` of stdin, or of the same terminal by another descriptor.
    pub(crate) fn waits_for_input(self) -> bool {
        self.0.and_then(descriptor_read).is_some_and(is_input)
    }
}

/// The descriptor that the thread is reading from: proc(5) gives a thread's system call and its arguments.
#[cfg(target_os = "linux")]
fn descriptor_read(number: u32) -> Option<u32> {
    let call = std::fs::read_to_string(format!("/proc/self/task/{number}/syscall")).ok()?;
    let mut words = call.split_ascii_whitespace();
    let call: libc::c_long = words.next()?.parse().ok()?;
    let descriptor = words.next()?.strip_prefix("0x")?;
    [libc::SYS_read, libc::SYS_readv].contains(&call).then(|| u32::from_str_radix(descriptor, 16).ok())?
}

/// Whether a read of this descriptor takes what is typed, or what comes through the same pipe.
#[cfg(target_os = "linux")]
fn is_input(descriptor: u32) -> bool {
    use std::os::unix::fs::MetadataExt;

    let file = |descriptor: u32| std::fs::metadata(format!("/proc/self/fd/{descriptor}"));
    let is_same = || {
        let (Ok(file), Ok(stdin)) = (file(descriptor), file(0)) else { return false };
        let controlling_terminal = file.rdev() == libc::makedev(5, 0);
        controlling_terminal || (file.dev(), file.ino()) == (stdin.dev(), stdin.ino())
    };
    descriptor == 0 || is_same()
}

#[cfg(not(target_os = "linux"))]
fn descriptor_read(_: u32) -> Option<u32> {
    None
}

#[cfg(not(target_os = "linux"))]
fn is_input(_: u32) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{Read, Write};
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn a_read_of_something_else_is_no_read_of_stdin() {
        let (mut reader, mut writer) = std::io::pipe().unwrap();
        let (tell, told) = channel();
        let thread = std::thread::spawn(move || {
            tell.send(ThreadNumber::current()).unwrap();
            let _ = reader.read(&mut [0]);
        });
        let number = told.recv().unwrap();
        while number.0.and_then(descriptor_read).is_none() {
            std::thread::yield_now();
        }
        assert!(!number.waits_for_input());
        writer.write_all(b"x").unwrap();
        thread.join().unwrap();
        assert!(!number.waits_for_input(), "it has ended");
    }

    #[test]
    fn the_controlling_terminal_is_input_by_whatever_name() {
        assert!(is_input(0));
        if let Ok(terminal) = std::fs::File::open("/dev/tty") {
            assert!(is_input(u32::try_from(std::os::fd::AsRawFd::as_raw_fd(&terminal)).unwrap()));
        }
    }
}
