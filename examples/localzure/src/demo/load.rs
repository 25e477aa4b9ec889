//! Clients that keep an emulator busy, and remember what they were told.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lifecycle::BoxError;
use localzure::client::{Answer, Client};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

const CONTAINER: &str = "/blob/load";
/// Longest wait for messages to come back that a client had taken when the emulator ended.
const COME_BACK: Duration = Duration::from_secs(20);

/// The version of a blob, or whether a message is there; `None`: it is not.
type State = Option<u64>;

/// What the clients know of one blob or message.
#[derive(Debug, Default)]
struct Item {
    acknowledged: State,
    /// What was asked for, and not answered: it may be so or not.
    attempted: Option<State>,
}

impl Item {
    fn may_be(&self, found: State) -> bool {
        found == self.acknowledged || Some(found) == self.attempted
    }
}

/// What all clients know together, over several runs of the emulator on the same data.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    items: Mutex<BTreeMap<String, Item>>,
    numbers: AtomicU64,
    sent: AtomicUsize,
    answered: AtomicUsize,
}

impl Ledger {
    /// Requests that got their whole answer.
    pub(crate) fn answered(&self) -> usize {
        self.answered.load(Relaxed)
    }

    /// Requests that were begun, and got no answer.
    pub(crate) fn unanswered(&self) -> usize {
        self.sent.load(Relaxed) - self.answered()
    }

    fn items(&self) -> MutexGuard<'_, BTreeMap<String, Item>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Relaxed)
    }

    /// A request that, if it is done, brings `item` into a state.
    pub(crate) async fn change(
        &self,
        item: &str,
        state: State,
        request: impl Future<Output = Result<Answer, BoxError>>,
    ) -> Result<Answer, BoxError> {
        self.items().entry(item.to_owned()).or_default().attempted = Some(state);
        self.sent.fetch_add(1, Relaxed);
        let answer = request.await?;
        self.answered.fetch_add(1, Relaxed);
        if !(200..300).contains(&answer.status) {
            return Err(format!("{item}: {} {:?}", answer.status, answer.body).into());
        }
        *self.items().entry(item.to_owned()).or_default() = Item { acknowledged: state, attempted: None };
        Ok(answer)
    }
}

/// Clients at work.
pub(crate) struct Load {
    clients: JoinSet<()>,
}

impl Load {
    /// Makes what the clients need, and starts so many of each sort: writers and senders, and one consumer.
    pub(crate) async fn start(
        address: SocketAddr,
        queue: &str,
        pairs: usize,
        ledger: &Arc<Ledger>,
    ) -> Result<Self, BoxError> {
        let mut client = Client::connect(address).await?;
        client.put(CONTAINER, "").await?;
        client.put(&format!("/queue/{queue}"), "").await?;
        let mut clients = JoinSet::new();
        let sorts = (0..pairs).flat_map(|_| [Sort::Writer, Sort::Sender]).chain([Sort::Consumer]);
        for sort in sorts {
            let (queue, ledger) = (queue.to_owned(), ledger.clone());
            clients.spawn(async move {
                let mut worker = Worker { sort, queue, written: Vec::new(), ledger };
                if let Err(error) = worker.work(address).await {
                    tracing::debug!(%error, "a client ends");
                }
            });
        }
        Ok(Self { clients })
    }

    /// Waits until all clients have gone: they go when the emulator asks them to, or when it is gone itself.
    pub(crate) async fn gone(mut self) {
        while self.clients.join_next().await.is_some() {}
    }
}

#[derive(Clone, Copy)]
enum Sort {
    Writer,
    Sender,
    Consumer,
}

struct Worker {
    sort: Sort,
    queue: String,
    written: Vec<String>,
    ledger: Arc<Ledger>,
}

impl Worker {
    /// One connection, until the emulator ends it.
    async fn work(&mut self, address: SocketAddr) -> Result<(), BoxError> {
        let mut client = Client::connect(address).await?;
        loop {
            let answer = match self.sort {
                Sort::Writer => self.write(&mut client).await?,
                Sort::Sender => self.send(&mut client).await?,
                Sort::Consumer => self.consume(&mut client).await?,
            };
            if answer.is_last {
                return Ok(());
            }
        }
    }

    /// Of five blobs, three are new, one is written over, and one is removed.
    async fn write(&mut self, client: &mut Client) -> Result<Answer, BoxError> {
        let number = self.ledger.number();
        let old = self.written.last().cloned();
        let (name, state) = match (number % 5, old) {
            (3, Some(old)) => (old, Some(number)),
            (4, Some(old)) => {
                self.written.pop();
                (old, None)
            }
            _ => (format!("{CONTAINER}/{number}"), Some(number)),
        };
        let ledger = self.ledger.clone();
        let Some(version) = state else {
            return ledger.change(&name, state, client.delete(&name)).await;
        };
        self.written.push(name.clone());
        ledger.change(&name, state, client.put(&name, content(&name, version))).await
    }

    async fn send(&mut self, client: &mut Client) -> Result<Answer, BoxError> {
        let number = self.ledger.number();
        let (path, body) = (format!("/queue/{}/messages", self.queue), format!("message {number}"));
        let item = format!("{path}/{body}");
        self.ledger.change(&item, Some(0), client.post(&path, body)).await
    }

    /// Takes a message and removes it, at an easier pace than that of the senders.
    async fn consume(&mut self, client: &mut Client) -> Result<Answer, BoxError> {
        sleep(Duration::from_millis(20)).await;
        let path = format!("/queue/{}/messages", self.queue);
        let taken = client.get(&format!("{path}?visibilitytimeout=1")).await?;
        let message = &taken.json()[0];
        let (Some(id), Some(receipt), Some(body)) = texts(message) else { return Ok(taken) };
        if taken.is_last {
            return Ok(taken);
        }
        let item = format!("{path}/{body}");
        self.ledger.change(&item, None, client.delete(&format!("{path}/{id}?popreceipt={receipt}"))).await
    }
}

fn texts(message: &serde_json::Value) -> (Option<&str>, Option<&str>, Option<&str>) {
    (message["id"].as_str(), message["receipt"].as_str(), message["body"].as_str())
}

/// Bytes that tell which blob they are of, and which version.
pub(crate) fn content(name: &str, version: u64) -> Vec<u8> {
    format!("{name} {version}\n").repeat(100).into_bytes()
}

/// What was found to be as the clients had been told.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) blobs: usize,
    /// In the blobs.
    pub(crate) bytes: u64,
    pub(crate) messages: usize,
}

/// Compares what the emulator has with what the clients were told: all blobs, and the messages of one queue.
pub(crate) async fn check(address: SocketAddr, queue: &str, ledger: &Ledger) -> Result<Found, BoxError> {
    let mut client = Client::connect(address).await?;
    let mut found = blobs(&mut client, ledger).await?;
    let (blobs, bytes) = (found.len(), found.iter().map(|(name, version)| content(name, *version).len() as u64).sum());
    let messages = messages(&mut client, queue).await?;
    found.extend(messages.iter().map(|message| (message.clone(), 0)));

    let items = ledger.items();
    let here = format!("/queue/{queue}/");
    let concerned = items.iter().filter(|(name, _)| name.starts_with(CONTAINER) || name.starts_with(&here));
    for (name, item) in concerned {
        let state = found.remove(name);
        if !item.may_be(state) {
            return Err(format!("{name} is {state:?}, but the clients know {item:?}").into());
        }
    }
    match found.keys().next() {
        Some(name) => Err(format!("{name} is there, and was not written by this program").into()),
        None => Ok(Found { blobs, bytes, messages: messages.len() }),
    }
}

/// All blobs with the version that their content tells, each byte compared.
async fn blobs(client: &mut Client, ledger: &Ledger) -> Result<BTreeMap<String, u64>, BoxError> {
    let names: Vec<String> = ledger.items().keys().filter(|name| name.starts_with(CONTAINER)).cloned().collect();
    let mut found = BTreeMap::new();
    for name in names {
        let answer = client.get(&name).await?;
        if answer.status == 404 {
            continue;
        }
        let first_line = answer.body.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let version = str::from_utf8(first_line)?.rsplit(' ').next().and_then(|version| version.parse().ok());
        match version {
            Some(version) if answer.body == content(&name, version) => found.insert(name, version),
            _ => return Err(format!("{name} is not what was written").into()),
        };
    }
    let listed = client.get(&format!("{CONTAINER}?maxresults=5000")).await?.json();
    let listed = listed["blobs"].as_array().map_or(0, Vec::len);
    if listed != found.len().min(5000) {
        return Err(format!("{listed} blobs are listed, and {} are there", found.len()).into());
    }
    Ok(found)
}

/// All messages of a queue, each once. They are hidden from others afterwards.
async fn messages(client: &mut Client, queue: &str) -> Result<BTreeSet<String>, BoxError> {
    let (mut found, began) = (BTreeSet::new(), Instant::now());
    loop {
        let path = format!("/queue/{queue}/messages");
        let taken = client.get(&format!("{path}?numofmessages=32&visibilitytimeout=600")).await?.json();
        for message in taken.as_array().into_iter().flatten() {
            let name = format!("{path}/{}", message["body"].as_str().unwrap_or_default());
            if !found.insert(name.clone()) {
                return Err(format!("{name} is there twice").into());
            }
        }
        let count = client.get(&format!("/queue/{queue}")).await?.json()["messages"].as_u64().unwrap_or(u64::MAX);
        if count <= found.len() as u64 {
            return Ok(found);
        }
        if began.elapsed() > COME_BACK {
            return Err(format!("{count} messages are there, and only {} can be taken", found.len()).into());
        }
        // There is no event for a message that comes back.
        sleep(Duration::from_millis(10)).await;
    }
}
