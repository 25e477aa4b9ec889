//! What the emulator is told when it starts.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use lifecycle::Resource;

/// Where the emulator listens, and where it keeps things.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where blobs and queues are served. Default: port 10000 of this machine, as other emulators have it; port 0 is
    /// any free one.
    pub listen: SocketAddr,
    /// A further address, for probes only, which is served until the very end of a shutdown. Default: none.
    pub admin: Option<SocketAddr>,
    /// The folder of the database files; made if it does not exist. Default: `localzure-data`.
    pub data: PathBuf,
    /// A service that is to fail while it opens, to show what becomes of the others. Default: none.
    pub fail: Option<Service>,
}

impl Resource for Config {}

impl Default for Config {
    fn default() -> Self {
        Self { listen: (Ipv4Addr::LOCALHOST, 10_000).into(), admin: None, data: "localzure-data".into(), fail: None }
    }
}

/// The parts of the emulator that open, in the order in which they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// The folder with the data.
    Store,
    /// Blobs.
    Blobs,
    /// Queues.
    Queues,
    /// The listener.
    Gateway,
}

impl Service {
    const ALL: [Service; 4] = [Service::Store, Service::Blobs, Service::Queues, Service::Gateway];

    /// Its name, which is that of its resource.
    pub const fn name(self) -> &'static str {
        match self {
            Service::Store => "store",
            Service::Blobs => "blobs",
            Service::Queues => "queues",
            Service::Gateway => "gateway",
        }
    }

    /// The one that opens at the same time.
    pub(crate) const fn neighbour(self) -> Option<Service> {
        match self {
            Service::Blobs => Some(Service::Queues),
            Service::Queues => Some(Service::Blobs),
            Service::Store | Service::Gateway => None,
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Service {
    type Err = UnknownService;

    fn from_str(text: &str) -> Result<Self, UnknownService> {
        Self::ALL.into_iter().find(|service| service.name() == text).ok_or_else(|| UnknownService(text.to_owned()))
    }
}

/// There is no service of that name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownService(String);

impl fmt::Display for UnknownService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Service::ALL.map(Service::name).join(", ");
        write!(f, "there is no service `{}`; the services are {names}", self.0)
    }
}

impl std::error::Error for UnknownService {}
