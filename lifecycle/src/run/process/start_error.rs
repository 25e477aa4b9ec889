//! Why an App cannot start: the system gives it no thread or no descriptor.

use std::fmt;
use std::io;

#[cfg(unix)]
use crate::sys::limits;

/// What could not be had, and why.
#[derive(Debug)]
pub(crate) struct StartError {
    missing: &'static str,
    error: io::Error,
}

impl StartError {
    /// To be given to `map_err`. `missing` as in "no thread for the guard".
    pub(crate) fn without(missing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| Self { missing, error }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.missing, self.error)?;
        match remedy(&self.error) {
            Some(remedy) => write!(f, "; {remedy}"),
            None => Ok(()),
        }
    }
}

/// Which limit it met, and what to do.
#[cfg(unix)]
fn remedy(error: &io::Error) -> Option<String> {
    let so_many = |limit: Option<u64>| limit.map_or_else(|| "not limited".to_owned(), |limit| limit.to_string());
    match error.raw_os_error()? {
        libc::EMFILE => Some(format!(
            "the limit of descriptors of this process (RLIMIT_NOFILE) is {}: raise it (`ulimit -n`, `LimitNOFILE=` of \
             systemd), or close what is open",
            so_many(limits::descriptors())
        )),
        libc::ENFILE => Some(
            "the system as a whole has no more descriptors: raise `fs.file-max`, or end what holds so many".to_owned(),
        ),
        libc::EAGAIN => Some(format!(
            "the limit of threads of this user (RLIMIT_NPROC) is {}: raise it (`ulimit -u`, `LimitNPROC=` of systemd), or \
             end other processes of the user; a container or a service has a limit of its own (`pids.max`, `TasksMax=`)",
            so_many(limits::threads())
        )),
        libc::ENOMEM => Some("there is not enough memory: raise its limit (`ulimit -v`, `MemoryMax=`)".to_owned()),
        _ => None,
    }
}

#[cfg(not(unix))]
fn remedy(_: &io::Error) -> Option<String> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn told(errno: i32) -> String {
        StartError::without("no thread for the guard")(io::Error::from_raw_os_error(errno)).to_string()
    }

    #[test]
    fn it_says_what_is_missing_which_limit_it_met_and_what_to_do() {
        for (errno, limit, remedy) in [
            (libc::EMFILE, "RLIMIT_NOFILE", "`ulimit -n`"),
            (libc::EAGAIN, "RLIMIT_NPROC", "`ulimit -u`"),
            (libc::ENFILE, "the system as a whole", "fs.file-max"),
            (libc::ENOMEM, "not enough memory", "MemoryMax="),
        ] {
            let told = told(errno);
            assert!(told.starts_with("no thread for the guard: "), "{told}");
            assert!(told.contains(limit) && told.contains(remedy), "{told}");
        }
        assert!(told(libc::EACCES).ends_with("(os error 13)"), "{}", told(libc::EACCES));
    }
}
