//! A listener that is a resource.

use std::future::Future;
use std::io;
use std::ops::Deref;
use std::path::PathBuf;
use std::time::Duration;

use crate::{Res, Resource};

use super::Listener;

/// So that a listener can be opened as a resource: before any task starts, and with exit code 69 if its port is
/// taken. The socket itself is closed with the resource; the server makes it refuse connections before that.
impl<T, L> Listener for Res<T>
where
    T: Resource + Deref<Target = L>,
    L: Listener,
{
    type Accepted = L::Accepted;
    type Stream = L::Stream;
    type Addr = L::Addr;

    fn accept(&self) -> impl Future<Output = io::Result<(Self::Accepted, Self::Addr)>> + Send {
        T::deref(self).accept()
    }

    fn establish(&self, accepted: Self::Accepted) -> impl Future<Output = io::Result<Self::Stream>> + Send + 'static {
        T::deref(self).establish(accepted)
    }

    fn seal(&self) -> io::Result<()> {
        T::deref(self).seal()
    }

    fn late_handshakes(&self) -> Duration {
        T::deref(self).late_handshakes()
    }

    fn queued(&self) -> io::Result<Option<(Self::Accepted, Self::Addr)>> {
        T::deref(self).queued()
    }

    fn close(&self) {
        T::deref(self).close();
    }

    fn file(&self) -> Option<PathBuf> {
        T::deref(self).file()
    }

    fn has_unread(stream: &Self::Stream) -> bool {
        L::has_unread(stream)
    }
}
