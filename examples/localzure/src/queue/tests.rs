use tempfile::TempDir;

use super::*;

const T0: Millis = 1_000_000;
const HIDDEN: Millis = 30_000;
const LIFE: Millis = 600_000;

/// The service with one queue, `jobs`.
async fn service() -> (Queues, TempDir) {
    let folder = TempDir::new().unwrap();
    let database = Database::open(&folder.path().join("queues.sqlite"), SCHEMA).await.unwrap();
    let queues = Queues { database };
    assert!(queues.create("jobs").await.unwrap());
    (queues, folder)
}

async fn put(queues: &Queues, bodies: &[&str]) {
    for body in bodies {
        queues.put("jobs", body, T0, 0, LIFE).await.unwrap();
    }
}

async fn take(queues: &Queues, most: u32, now: Millis) -> Vec<Taken> {
    queues.take("jobs", most, now, HIDDEN).await.unwrap()
}

async fn taken(queues: &Queues, most: u32, now: Millis) -> Vec<String> {
    take(queues, most, now).await.into_iter().map(|message| message.body).collect()
}

#[tokio::test]
async fn messages_are_taken_in_the_order_in_which_they_were_put() {
    let (queues, _folder) = service().await;
    put(&queues, &["a", "b", "c"]).await;
    assert_eq!(taken(&queues, 2, T0).await, ["a", "b"]);
    assert_eq!(taken(&queues, 2, T0).await, ["c"]);
    assert_eq!(taken(&queues, 2, T0).await, [""; 0]);
}

#[tokio::test]
async fn what_was_taken_comes_back_when_its_time_is_over() {
    let (queues, _folder) = service().await;
    put(&queues, &["a", "b"]).await;
    let first = take(&queues, 1, T0).await.remove(0);
    assert_eq!((first.taken, first.visible), (1, T0 + HIDDEN));
    assert_eq!(taken(&queues, 2, T0 + HIDDEN - 1).await, ["b"]);
    let again = take(&queues, 2, T0 + HIDDEN).await.remove(0);
    assert_eq!((again.body.as_str(), again.taken), ("a", 2));
    assert_ne!(first.receipt, again.receipt);
}

#[tokio::test]
async fn only_who_has_the_receipt_and_is_in_time_removes_a_message() {
    let (queues, _folder) = service().await;
    put(&queues, &["a"]).await;
    let first = take(&queues, 1, T0).await.remove(0);
    let remove = async |receipt: &str, now| queues.remove("jobs", &first.id, receipt, now).await;
    assert_eq!(remove("another", T0).await, Err(Refusal::PopReceiptMismatch));
    assert_eq!(remove(&first.receipt, T0 + HIDDEN).await, Err(Refusal::PopReceiptMismatch));

    let again = take(&queues, 1, T0 + HIDDEN).await.remove(0);
    assert_eq!(remove(&first.receipt, T0 + HIDDEN).await, Err(Refusal::PopReceiptMismatch));
    assert_eq!(remove(&again.receipt, T0 + HIDDEN + 1).await, Ok(()));
    assert_eq!(remove(&again.receipt, T0 + HIDDEN + 1).await, Err(Refusal::MessageNotFound));
    assert_eq!(taken(&queues, 1, T0 + 2 * HIDDEN + 1).await, [""; 0]);
}

#[tokio::test]
async fn a_message_can_be_put_for_later() {
    let (queues, _folder) = service().await;
    let later = queues.put("jobs", "later", T0, 5, LIFE).await.unwrap();
    assert_eq!((later.visible, later.expires), (T0 + 5, T0 + LIFE));
    assert_eq!(taken(&queues, 1, T0 + 4).await, [""; 0]);
    assert_eq!(taken(&queues, 1, T0 + 5).await, ["later"]);
}

#[tokio::test]
async fn an_expired_message_is_gone_before_it_is_swept() {
    let (queues, _folder) = service().await;
    put(&queues, &["a"]).await;
    assert_eq!(queues.count("jobs", T0 + LIFE - 1).await, Ok(1));
    assert_eq!(queues.count("jobs", T0 + LIFE).await, Ok(0));
    assert_eq!(taken(&queues, 1, T0 + LIFE).await, [""; 0]);
}

#[tokio::test]
async fn a_sweep_removes_what_has_expired_and_returns_what_was_not_removed_in_time() {
    let (queues, _folder) = service().await;
    put(&queues, &["late", "in time", "waiting"]).await;
    let mut messages = take(&queues, 2, T0).await;
    let in_time = messages.remove(1);
    queues.remove("jobs", &in_time.id, &in_time.receipt, T0).await.unwrap();
    assert_eq!(queues.sweep_at(T0 + HIDDEN - 1).await.unwrap(), Swept { expired: 0, returned: 0 });
    assert_eq!(queues.sweep_at(T0 + HIDDEN).await.unwrap(), Swept { expired: 0, returned: 1 });
    assert_eq!(queues.sweep_at(T0 + HIDDEN).await.unwrap(), Swept { expired: 0, returned: 0 });
    assert_eq!(taken(&queues, 9, T0 + HIDDEN).await, ["late", "waiting"]);
    assert_eq!(queues.sweep_at(T0 + LIFE).await.unwrap(), Swept { expired: 2, returned: 0 });
}

#[tokio::test]
async fn no_two_consumers_take_the_same_message() {
    let (queues, _folder) = service().await;
    let bodies: Vec<String> = (0..60).map(|number| format!("{number:02}")).collect();
    put(&queues, &bodies.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let (one, other) = tokio::join!(
        async {
            let mut all = Vec::new();
            for _ in 0..10 {
                all.extend(taken(&queues, 3, T0).await);
            }
            all
        },
        async {
            let mut all = Vec::new();
            for _ in 0..10 {
                all.extend(taken(&queues, 3, T0).await);
            }
            all
        }
    );
    let mut all = [one, other].concat();
    all.sort();
    assert_eq!(all, bodies);
}

#[tokio::test]
async fn queues_are_known_by_name() {
    let (queues, _folder) = service().await;
    assert!(!queues.create("jobs").await.unwrap());
    assert_eq!(queues.put("none", "a", T0, 0, LIFE).await.unwrap_err(), Refusal::QueueNotFound);
    assert_eq!(queues.take("none", 1, T0, HIDDEN).await.unwrap_err(), Refusal::QueueNotFound);
    assert_eq!(queues.remove("none", "id", "receipt", T0).await, Err(Refusal::QueueNotFound));
    assert_eq!(queues.count("none", T0).await, Err(Refusal::QueueNotFound));
    put(&queues, &["a"]).await;
    queues.delete("jobs").await.unwrap();
    assert_eq!(queues.delete("jobs").await, Err(Refusal::QueueNotFound));
}

#[tokio::test]
async fn messages_and_receipts_outlive_the_process() {
    let (queues, folder) = service().await;
    put(&queues, &["a", "b"]).await;
    let a = take(&queues, 1, T0).await.remove(0);
    queues.close().await;
    let database = Database::open(&folder.path().join("queues.sqlite"), SCHEMA).await.unwrap();
    let queues = Queues { database };
    assert_eq!(taken(&queues, 9, T0).await, ["b"]);
    assert_eq!(queues.remove("jobs", &a.id, &a.receipt, T0).await, Ok(()));
}
