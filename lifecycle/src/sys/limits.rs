//! The limits that the system sets to this process, read without opening anything.

use std::mem::MaybeUninit;

/// How many descriptors the process may have open; `None`: as many as it likes, or that is not known.
pub(crate) fn descriptors() -> Option<u64> {
    read(libc::RLIMIT_NOFILE)
}

/// How many processes and threads the user of this process may have in all; `None` as above.
pub(crate) fn threads() -> Option<u64> {
    #[cfg(any(target_os = "solaris", target_os = "illumos"))]
    return None;
    #[cfg(not(any(target_os = "solaris", target_os = "illumos")))]
    read(libc::RLIMIT_NPROC)
}

/// The type of a resource's number differs between C libraries.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
type Resource = libc::__rlimit_resource_t;
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
type Resource = libc::c_int;

#[allow(clippy::useless_conversion, reason = "a limit has a sign on some systems")]
fn read(resource: Resource) -> Option<u64> {
    let mut limit = MaybeUninit::<libc::rlimit>::zeroed();
    // SAFETY: the pointer is to an `rlimit` of our own, which the call fills in and does not keep. All zeros, which stay
    // there if it should fail, are an `rlimit` too.
    let (result, limit) = unsafe { (libc::getrlimit(resource, limit.as_mut_ptr()), limit.assume_init()) };
    (result == 0 && limit.rlim_cur != libc::RLIM_INFINITY).then(|| u64::try_from(limit.rlim_cur).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `Max open files            1024                 4096                 files`
    #[cfg(target_os = "linux")]
    #[test]
    fn limits_are_those_that_the_system_shows() {
        let shown = std::fs::read_to_string("/proc/self/limits").unwrap();
        let soft = |name: &str| {
            let line = shown.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.split_ascii_whitespace().next().unwrap().parse().ok()
        };
        assert_eq!(descriptors(), soft("Max open files"));
        assert_eq!(threads(), soft("Max processes"));
    }
}
