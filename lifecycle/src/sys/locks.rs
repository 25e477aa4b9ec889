//! Locks that no panic takes away.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The lock, whether or not a thread panicked while holding it: what stands behind our locks is whole between any two
/// statements, and a shutdown has to go on after a panic.
#[inline]
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
