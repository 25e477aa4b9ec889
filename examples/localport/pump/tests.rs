use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::ReadBuf;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;

/// Two ends of one connection.
async fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (far, near) = tokio::join!(TcpStream::connect(address), listener.accept());
    (far.unwrap(), near.unwrap().0)
}

/// A client and an upstream with a pump between them.
struct Line {
    client: TcpStream,
    upstream: TcpStream,
    pump: JoinHandle<(io::Result<()>, Traffic)>,
}

impl Line {
    async fn open() -> Self {
        let (client, mut near_client) = connection().await;
        let (upstream, mut near_upstream) = connection().await;
        let pump = tokio::spawn(async move {
            let traffic = Traffic::default();
            let result = both_ways(&mut near_client, &mut near_upstream, &traffic).await;
            (result, traffic)
        });
        Self { client, upstream, pump }
    }
}

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31 % 251) as u8).collect()
}

#[tokio::test]
async fn the_end_of_one_direction_is_passed_on_and_the_other_goes_on() {
    let Line { mut client, mut upstream, pump } = Line::open().await;
    client.write_all(b"question").await.unwrap();
    client.shutdown().await.unwrap();
    let mut heard = Vec::new();
    upstream.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"question");

    upstream.write_all(b"answer, after the end of the question").await.unwrap();
    upstream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, b"answer, after the end of the question");

    let (result, traffic) = pump.await.unwrap();
    result.unwrap();
    assert_eq!((traffic.up.bytes(), traffic.down.bytes()), (8, 37));
    assert!(traffic.up.has_ended() && traffic.down.has_ended());
}

#[tokio::test]
async fn the_upstream_may_be_the_one_that_ends_first() {
    let Line { mut client, mut upstream, pump } = Line::open().await;
    upstream.write_all(b"welcome").await.unwrap();
    upstream.shutdown().await.unwrap();
    let mut greeting = Vec::new();
    client.read_to_end(&mut greeting).await.unwrap();
    assert_eq!(greeting, b"welcome");
    client.write_all(&bytes(100_000)).await.unwrap();
    client.shutdown().await.unwrap();
    let mut heard = Vec::new();
    upstream.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, bytes(100_000));
    pump.await.unwrap().0.unwrap();
}

#[tokio::test]
async fn large_transfers_in_both_directions_at_once_arrive_byte_for_byte() {
    let Line { client, upstream, pump } = Line::open().await;
    let (up, down) = (bytes(3_000_000), bytes(2_000_001));
    let exchange = |stream: TcpStream, sends: Vec<u8>| async move {
        let (mut read, mut write) = stream.into_split();
        let writing = async move {
            write.write_all(&sends).await.unwrap();
            write.shutdown().await.unwrap();
        };
        let mut received = Vec::new();
        let (_, result) = tokio::join!(writing, read.read_to_end(&mut received));
        result.unwrap();
        received
    };
    let (at_client, at_upstream) = tokio::join!(exchange(client, up.clone()), exchange(upstream, down.clone()));
    assert!(at_client == down && at_upstream == up);
    let (result, traffic) = pump.await.unwrap();
    result.unwrap();
    assert_eq!((traffic.up.bytes(), traffic.down.bytes()), (3_000_000, 2_000_001));
}

/// Gives bytes without end, and counts them.
struct Endless(Arc<AtomicU64>);

impl AsyncRead for Endless {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let count = buffer.remaining();
        buffer.initialize_unfilled().fill(7);
        buffer.advance(count);
        self.0.fetch_add(count as u64, Relaxed);
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_receiver_that_does_not_read_stops_its_sender() {
    let taken = Arc::new(AtomicU64::new(0));
    let (to, mut far) = tokio::io::duplex(64);
    let direction = Direction::default();
    let mut pump = std::pin::pin!(one_way(Endless(taken.clone()), to, &direction));
    tokio::select! {
        biased;
        _ = &mut pump => unreachable!("it has no end"),
        () = std::future::ready(()) => {}
    }
    let first = taken.load(Relaxed);
    assert!(first <= BUFFER as u64, "{first} bytes taken, none delivered");

    let mut some = vec![0; 2 * BUFFER];
    tokio::select! {
        _ = &mut pump => unreachable!("it has no end"),
        read = far.read_exact(&mut some) => { read.unwrap(); }
    }
    let then = taken.load(Relaxed);
    assert!(then > first && then <= 3 * BUFFER as u64, "{then} bytes taken, {} delivered", 2 * BUFFER);
}

#[tokio::test]
async fn a_receiver_that_takes_no_more_is_told_apart_from_a_sender_that_breaks_off() {
    let (to, far) = tokio::io::duplex(64);
    drop(far);
    let direction = Direction::default();
    let result = one_way(&b"question"[..], to, &direction).await.unwrap();
    assert_eq!(result.unwrap_err().kind(), ErrorKind::BrokenPipe);
    assert!(!direction.has_ended());
}

#[tokio::test]
async fn an_answer_arrives_though_its_sender_closed_altogether() {
    let Line { mut client, mut upstream, pump } = Line::open().await;
    client.write_all(b"upload").await.unwrap();
    let mut some = [0; 6];
    upstream.read_exact(&mut some).await.unwrap();
    upstream.write_all(b"too large").await.unwrap();
    drop(upstream);
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, b"too large");
    drop(client);
    let (_, traffic) = pump.await.unwrap();
    assert!(traffic.down.has_ended());
}

#[tokio::test]
async fn a_client_that_breaks_off_ends_both_directions() {
    let Line { client, upstream, pump } = Line::open().await;
    client.set_zero_linger().unwrap();
    drop(client);
    let (result, traffic) = pump.await.unwrap();
    assert_eq!(result.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert!(!traffic.up.has_ended() && !traffic.down.has_ended());
    drop(upstream);
}

#[tokio::test]
async fn what_went_through_is_known_though_the_pump_was_dropped() {
    let (mut client, mut near_client) = connection().await;
    let (mut upstream, mut near_upstream) = connection().await;
    let traffic = Traffic::default();
    let exchange = async {
        client.write_all(b"some").await.unwrap();
        let mut heard = [0; 4];
        upstream.read_exact(&mut heard).await.unwrap();
    };
    tokio::select! {
        biased;
        result = both_ways(&mut near_client, &mut near_upstream, &traffic) => panic!("it ended: {result:?}"),
        () = exchange => {}
    }
    assert_eq!((traffic.up.bytes(), traffic.down.bytes()), (4, 0));
    assert!(!traffic.up.has_ended());
}
