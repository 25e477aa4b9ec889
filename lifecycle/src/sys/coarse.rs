//! A clock that is read in some four nanoseconds, a fifth of what [`Instant`](std::time::Instant) takes, and that moves
//! in steps of the kernel's tick.
//!
//! The standard library has no call for it. Elsewhere than on Linux it is the ordinary one, in its fine steps.

/// Nanoseconds since a moment that stays the same while the process runs. Linux steps by 1 to 10 ms.
#[cfg(any(target_os = "linux", target_os = "android"))]
#[inline]
pub(crate) fn nanos() -> u64 {
    let mut time = std::mem::MaybeUninit::<libc::timespec>::zeroed();
    // SAFETY: the pointer is to a `timespec` of our own, which the call fills in and does not keep. All zeros, which stay
    // there if it should fail, are a `timespec` too.
    let time = unsafe {
        libc::clock_gettime(libc::CLOCK_MONOTONIC_COARSE, time.as_mut_ptr());
        time.assume_init()
    };
    let (seconds, nanos) = (u64::try_from(time.tv_sec).unwrap_or(0), u64::try_from(time.tv_nsec).unwrap_or(0));
    // There is room for 584 years.
    seconds.wrapping_mul(1_000_000_000).wrapping_add(nanos)
}

/// Nanoseconds since it was first asked for.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn nanos() -> u64 {
    use std::sync::OnceLock;
    use std::time::Instant;

    static BEGAN: OnceLock<Instant> = OnceLock::new();
    u64::try_from(BEGAN.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::nanos;

    #[test]
    fn it_goes_with_the_ordinary_clock() {
        let step = Duration::from_millis(20);
        let (before, began) = (Instant::now(), nanos());
        let moved = loop {
            let moved = Duration::from_nanos(nanos().checked_sub(began).expect("it never goes back"));
            if moved > 2 * step {
                break moved;
            }
            assert!(before.elapsed() < Duration::from_secs(20), "it stands still");
            std::thread::yield_now();
        };
        assert!(moved <= before.elapsed() + step, "{moved:?} went by in {:?}", before.elapsed());
    }
}
