//! The forwards: listeners that carry each connection to its upstream.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lifecycle::{Acceptor, InFlight, Requests, Res, Shutdown, Tasks, resource};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::config::{Config, Upstream};
use crate::journal::{Event, Journal};
use crate::monitor::Health;
use crate::pump::{Traffic, both_ways};
use crate::upstream::DemoUpstream;

/// Longest wait for an upstream to take a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Pause after an accept that failed: most often there are no file descriptors left, and trying at once again
/// would only burn time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Connections that the accept queue can hold: tokio's backlog, and one.
const MOST_QUEUED: usize = 1025;

/// All forwards, their listeners bound.
#[resource(open = "open")]
pub(crate) struct Forwards {
    list: Vec<Arc<Forward>>,
    /// Until the task that serves them takes them.
    doors: Mutex<Vec<Door>>,
}

/// One forward.
#[derive(Debug)]
pub(crate) struct Forward {
    pub(crate) name: String,
    pub(crate) address: SocketAddr,
    /// `host:port`; looked up anew for each connection.
    pub(crate) upstream: String,
    pub(crate) health: Health,
}

/// A bound listener. It counts as an acceptor from its first moment on, so that no connection in its queue is
/// forgotten, however early the shutdown comes.
struct Door {
    forward: Arc<Forward>,
    listener: TcpListener,
    acceptor: Acceptor,
}

impl Forwards {
    async fn open(config: Res<Config>, demo: Res<DemoUpstream>, requests: Requests) -> Result<Self, String> {
        let mut doors = Vec::new();
        for forward in &config.forwards {
            let upstream = match &forward.upstream {
                Upstream::Address(address) => address.clone(),
                Upstream::Demo => demo.address().map(|address| address.to_string()).unwrap_or_default(),
            };
            let bound = Door::open(forward.name.clone(), forward.listen, upstream, &requests).await;
            let explain = |error| format!("forward {:?} cannot listen on {}: {error}", forward.name, forward.listen);
            doors.push(bound.map_err(explain)?);
        }
        let list = doors.iter().map(|door| door.forward.clone()).collect();
        Ok(Self { list, doors: Mutex::new(doors) })
    }

    /// In the order of the configuration.
    pub(crate) fn list(&self) -> &[Arc<Forward>] {
        &self.list
    }

    fn take_doors(&self) -> Vec<Door> {
        std::mem::take(&mut self.doors.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[lifecycle::component]
impl Forwards {
    /// One child per listener, and one per connection.
    #[cooperative_task(name = "listeners")]
    async fn serve(&self, journal: Res<Journal>, tasks: Tasks, requests: Requests) -> Result<(), String> {
        let porter = Porter { journal, tasks: tasks.clone(), requests };
        let serving: Vec<_> = self
            .take_doors()
            .into_iter()
            .map(|door| {
                let (name, porter) = (format!("accept {}", door.forward.name), porter.clone());
                tasks.spawn_with(name, |shutdown| porter.stand_at(door, shutdown))
            })
            .collect();
        for listener in serving {
            listener.await.map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}

impl Door {
    async fn open(name: String, listen: SocketAddr, upstream: String, requests: &Requests) -> io::Result<Self> {
        let acceptor = requests.acceptor("forward");
        let listener = TcpListener::bind(listen).await?;
        let forward = Forward { name, address: listener.local_addr()?, upstream, health: Health::default() };
        Ok(Self { forward: Arc::new(forward), listener, acceptor })
    }
}

/// What it takes to let connections in.
#[derive(Clone)]
struct Porter {
    journal: Res<Journal>,
    tasks: Tasks,
    requests: Requests,
}

impl Porter {
    /// Lets connections in until the shutdown drains; then those that wait in the queue, and no more.
    async fn stand_at(self, door: Door, shutdown: Shutdown) -> io::Result<()> {
        let Door { forward, listener, acceptor } = door;
        while let Some(accepted) = shutdown.until_draining(listener.accept()).await {
            match accepted {
                Ok((client, _)) => self.let_in(&forward, client),
                Err(error) => {
                    tracing::warn!(forward = forward.name, %error, "a connection could not be accepted");
                    shutdown.until_draining(tokio::time::sleep(ACCEPT_PAUSE)).await;
                }
            }
        }
        for client in queued(listener)? {
            self.let_in(&forward, client);
        }
        // Now that the connections are counted, the phase need not wait for this listener.
        drop(acceptor);
        Ok(())
    }

    /// The connection was accepted, so it is counted in any case.
    fn let_in(&self, forward: &Arc<Forward>, client: TcpStream) {
        let in_flight = self.requests.begin("connection");
        let (forward, journal) = (forward.clone(), self.journal.clone());
        let name: Arc<str> = forward.name.as_str().into();
        self.tasks.spawn_with(name, |shutdown| carry(forward, client, journal, in_flight, shutdown));
    }
}

/// Empties the accept queue and closes it.
///
/// Tokio asks the system only when it was told that there is something, which may not have happened yet for a
/// connection that came just now; the listener itself knows.
fn queued(listener: TcpListener) -> io::Result<Vec<TcpStream>> {
    let listener = listener.into_std()?;
    let mut clients = Vec::new();
    while clients.len() < MOST_QUEUED {
        match listener.accept() {
            Ok((client, _)) => {
                client.set_nonblocking(true)?;
                clients.push(TcpStream::from_std(client)?);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                if error.kind() != io::ErrorKind::WouldBlock {
                    tracing::warn!(%error, "connections that waited in the queue are lost");
                }
                break;
            }
        }
    }
    Ok(clients)
}

/// One connection, from its first byte to its row in the journal.
async fn carry(
    forward: Arc<Forward>,
    client: TcpStream,
    journal: Res<Journal>,
    in_flight: InFlight,
    shutdown: Shutdown,
) {
    let traffic = Traffic::default();
    let outcome = match forwarded(&forward.upstream, client, &traffic, &shutdown).await {
        Ok(()) => "complete".to_owned(),
        Err(why) => why,
    };
    let (bytes_in, bytes_out) = (traffic.up.bytes(), traffic.down.bytes());
    tracing::debug!(forward = forward.name, bytes_in, bytes_out, outcome, "connection over");
    journal.record(Event { bytes_in, bytes_out, ..Event::new("transfer", &forward.name, outcome) }).await;
    drop(in_flight);
}

/// Carries a connection until it is over, or has to be because this is the end of the shutdown.
async fn forwarded(address: &str, mut client: TcpStream, traffic: &Traffic, shutdown: &Shutdown) -> Result<(), String> {
    let connecting = shutdown.until_cancelled(connect(address)).await;
    let connected = connecting.unwrap_or_else(|| Err("cut by the shutdown".to_owned()));
    let mut upstream = connected.inspect_err(|_| break_off(&client))?;
    // Small messages are not held back to make large packets: the sender wanted them sent.
    let _ = (client.set_nodelay(true), upstream.set_nodelay(true));

    let pumped = shutdown.until_cancelled(both_ways(&mut client, &mut upstream, traffic)).await;
    if !traffic.down.has_ended() {
        break_off(&client);
    }
    if !traffic.up.has_ended() {
        break_off(&upstream);
    }
    match pumped {
        Some(result) => result.map_err(|error| format!("broken: {error}")),
        None => Err("cut by the shutdown".to_owned()),
    }
}

/// A connection to an upstream, in good time.
pub(crate) async fn connect(address: &str) -> Result<TcpStream, String> {
    match timeout(CONNECT, TcpStream::connect(address)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(format!("unreachable: {error}")),
        Err(_) => Err(format!("unreachable: no answer within {} s", CONNECT.as_secs())),
    }
}

/// Makes the close of this connection a reset, so that what came so far is not taken for the whole.
fn break_off(stream: &TcpStream) {
    if let Err(error) = stream.set_zero_linger() {
        tracing::debug!(%error, "a broken connection is closed as if it were complete");
    }
}

#[cfg(test)]
mod tests;
