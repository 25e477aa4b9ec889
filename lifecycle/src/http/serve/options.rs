//! What a server is told.

use std::time::Duration;

/// What a server does; how much is up to its user.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    pub(super) name: &'static str,
    pub(super) header_read_timeout: Duration,
    pub(super) linger: Duration,
    pub(super) drain_backlog: bool,
    pub(super) remove_socket: bool,
    pub(super) until_cancelled: bool,
}

impl Options {
    /// hyper's own bound on the head of a request.
    const HEADER_READ: Duration = Duration::from_secs(30);

    /// Clients that are busy send their next request within some ten milliseconds; this leaves room for the way, and
    /// for a machine under load.
    const LINGER: Duration = Duration::from_millis(250);

    pub(super) const fn new(name: &'static str) -> Self {
        Self {
            name,
            header_read_timeout: Self::HEADER_READ,
            linger: Self::LINGER,
            drain_backlog: true,
            remove_socket: true,
            until_cancelled: false,
        }
    }
}
