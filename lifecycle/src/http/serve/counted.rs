//! A request, counted from its head to the end of its response's body.

use std::sync::Arc;

use http::Version;

use crate::InFlight;

use super::link::Link;

/// A request under way, from its head to the end of its response's body.
#[derive(Debug)]
pub(super) struct Counted {
    link: Arc<Link>,
    in_flight: Option<InFlight>,
    version: Version,
}

impl Counted {
    pub(super) fn begin(link: Arc<Link>, version: Version) -> Self {
        link.enter(version == Version::HTTP_2);
        let options = link.server.options;
        // In any case, and not only if nothing drains: its connection was accepted.
        let in_flight = (!options.until_cancelled).then(|| link.server.requests.begin(options.name));
        Self { link, in_flight, version }
    }

    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    pub(super) fn version(&self) -> Version {
        self.version
    }

    /// The connection goes on under this name as something else, and counts as that until its socket is dropped.
    pub(super) fn upgraded(&self, name: &'static str) {
        let counts = self.in_flight.is_some();
        self.link.upgrade(counts.then(|| self.link.server.requests.begin(name)));
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.link.leave(self.in_flight.take());
    }
}
