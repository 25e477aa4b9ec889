//! Tasks that wait for something of the library's, with wakers that may be user code: to wake one, to clone it and to drop
//! it is user code. None of that is done under a lock, and each is woken by an errand of its own.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use crate::sys::locks::lock;

use super::Calls;

/// A list of wakers.
#[derive(Debug, Default)]
pub(crate) struct Waiters(Mutex<Vec<Place>>);

#[derive(Debug)]
enum Place {
    Free,
    /// It belongs to a seat that has been woken, or has no waker yet.
    Taken,
    Waits(Waker),
}

impl Waiters {
    fn places(&self) -> MutexGuard<'_, Vec<Place>> {
        lock(&self.0)
    }

    /// A place for one that waits. It takes no room until it is used.
    pub(crate) fn seat(&self) -> Seat<'_> {
        Seat { waiters: self, at: None }
    }

    /// Has all of them woken. One that waits on comes back with a waker when it is polled.
    pub(crate) fn wake(&self, calls: &Calls) {
        let wakers: Vec<Place> = {
            let mut places = self.places();
            let waits = places.iter_mut().filter(|place| matches!(place, Place::Waits(_)));
            waits.map(|place| std::mem::replace(place, Place::Taken)).collect()
        };
        for place in wakers {
            calls.errand(move || {
                if let Place::Waits(waker) = place {
                    waker.wake();
                }
            });
        }
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.places().is_empty()
    }
}

/// A place on the list, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Seat<'a> {
    waiters: &'a Waiters,
    at: Option<usize>,
}

impl Seat<'_> {
    /// From here on that waker is the one to be woken. What is waited for has to be looked at afterwards.
    pub(crate) fn wait(&mut self, waker: &Waker) {
        let is_kept =
            self.at.is_some_and(|at| matches!(&self.waiters.places()[at], Place::Waits(kept) if kept.will_wake(waker)));
        if is_kept {
            return;
        }
        let waits = Place::Waits(waker.clone());
        let before = {
            let mut places = self.waiters.places();
            let at = *self.at.get_or_insert_with(|| {
                places.iter().position(|place| matches!(place, Place::Free)).unwrap_or_else(|| {
                    places.push(Place::Taken);
                    places.len() - 1
                })
            });
            std::mem::replace(&mut places[at], waits)
        };
        drop(before);
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let Some(at) = self.at else { return };
        let before = {
            let mut places = self.waiters.places();
            let before = std::mem::replace(&mut places[at], Place::Free);
            while places.last().is_some_and(|place| matches!(place, Place::Free)) {
                places.pop();
            }
            before
        };
        drop(before);
    }
}

/// Tells all who wait that something has changed.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    rings: AtomicU64,
    waiters: Waiters,
}

impl Bell {
    pub(crate) fn ring(&self, calls: &Calls) {
        self.rings.fetch_add(1, Ordering::SeqCst);
        self.waiters.wake(calls);
    }

    /// Resolves once the bell has rung after this call. So what has changed is to be looked at between this and the
    /// `.await`. Cancel safe.
    pub(crate) fn rung(&self) -> Rung<'_> {
        Rung { bell: self, heard: self.rings.load(Ordering::SeqCst), seat: self.waiters.seat() }
    }

    /// Waits until it is so, having looked at once and each time that the bell rings. Cancel safe.
    pub(crate) async fn until<T>(&self, mut is_so: impl FnMut() -> Option<T>) -> T {
        loop {
            let rung = self.rung();
            if let Some(so) = is_so() {
                return so;
            }
            rung.await;
        }
    }
}

/// See [`Bell::rung`].
#[derive(Debug)]
pub(crate) struct Rung<'a> {
    bell: &'a Bell,
    heard: u64,
    seat: Seat<'a>,
}

impl Future for Rung<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.seat.wait(context.waker());
        // It may have rung before the waker was there.
        if self.bell.rings.load(Ordering::SeqCst) == self.heard { Poll::Pending } else { Poll::Ready(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::Arc;
    use std::sync::mpsc::{Sender, channel};
    use std::task::Wake;
    use std::time::Duration;

    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    /// Tells its number, or panics, or does not return.
    struct Tells(u32, Sender<u32>);

    impl Wake for Tells {
        fn wake(self: Arc<Self>) {
            match self.0 {
                1 => panic!("not me"),
                2 => std::thread::sleep(LONG),
                number => self.1.send(number).unwrap(),
            }
        }
    }

    #[test]
    fn a_waker_that_blocks_or_panics_keeps_no_other_from_being_woken() {
        let (calls, bell, (told, heard)) = (Calls::new(), Bell::default(), channel());
        let wakers: Vec<Waker> = (0..5).map(|number| Arc::new(Tells(number, told.clone())).into()).collect();
        let mut waits: Vec<_> = wakers.iter().map(|_| bell.rung()).collect();
        for (wait, waker) in waits.iter_mut().zip(&wakers) {
            assert!(pin!(wait).poll(&mut Context::from_waker(waker)).is_pending());
        }
        bell.ring(&calls);
        let mut numbers: Vec<u32> = (0..3).map(|_| heard.recv_timeout(LONG).expect("it is woken")).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [0, 3, 4]);
        for wait in waits {
            assert!(pin!(wait).poll(&mut Context::from_waker(Waker::noop())).is_ready());
        }
        assert!(bell.waiters.is_empty());
    }

    #[test]
    fn one_that_was_woken_keeps_its_place_until_it_goes() {
        let (calls, waiters, (told, heard)) = (Calls::new(), Waiters::default(), channel());
        let waker = |number| Waker::from(Arc::new(Tells(number, told.clone())));
        let (mut first, mut second) = (waiters.seat(), waiters.seat());
        first.wait(&waker(3));
        waiters.wake(&calls);
        assert_eq!(heard.recv_timeout(LONG), Ok(3));
        second.wait(&waker(4));
        first.wait(&waker(5));
        waiters.wake(&calls);
        let mut numbers = [heard.recv_timeout(LONG).unwrap(), heard.recv_timeout(LONG).unwrap()];
        numbers.sort_unstable();
        assert_eq!(numbers, [4, 5]);
        drop((first, second));
        assert!(waiters.is_empty());
    }
}
