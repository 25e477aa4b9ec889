use super::*;
use crate::scratch::Scratch;

async fn with_a_journal<F: Future<Output = ()>>(test: impl FnOnce(Journal, std::path::PathBuf) -> F) {
    let folder = Scratch::new("journal-test").unwrap();
    let path = folder.path().join("journal.sqlite");
    test(Journal::open_at(&path, 7).await.unwrap(), path).await;
    folder.remove().unwrap();
}

fn transfer(outcome: &str) -> Event {
    Event { bytes_in: 1, bytes_out: 5 << 32, ..Event::new("transfer", "web", outcome) }
}

#[tokio::test]
async fn what_was_recorded_is_there_after_the_journal_was_closed_and_opened_again() {
    with_a_journal(|journal, path| async move {
        journal.record(Event::new("health", "web", "up")).await;
        journal.record(transfer("complete")).await;
        journal.close().await;
        let again = Journal::open_at(&path, 7).await.unwrap();
        again.record(transfer("broken: it's \"quoted\"")).await;
        again.close().await;
        let rows = transfers(&path).await.unwrap();
        let outcomes: Vec<_> = rows.iter().map(|row| (row.bytes_in, row.bytes_out, row.outcome.as_str())).collect();
        assert_eq!(outcomes, [(1, 5 << 32, "complete"), (1, 5 << 32, "broken: it's \"quoted\"")]);
    })
    .await;
}

#[tokio::test]
async fn only_what_is_older_than_the_days_to_keep_is_removed() {
    with_a_journal(|journal, path| async move {
        for age in ["-8 days", "-6 days", "-0 days"] {
            journal.record(transfer(age)).await;
            let at = "UPDATE event SET at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', outcome) WHERE outcome = ?";
            sqlx::query(at).bind(age).execute(&journal.pool).await.unwrap();
        }
        journal.prune().await.unwrap();
        journal.close().await;
        let kept: Vec<String> = transfers(&path).await.unwrap().into_iter().map(|row| row.outcome).collect();
        assert_eq!(kept, ["-6 days", "-0 days"]);
    })
    .await;
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_does_not_stop_whoever_records() {
    with_a_journal(|journal, path| async move {
        journal.close().await;
        journal.record(transfer("complete")).await;
        assert_eq!(transfers(&path).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_journal_in_a_folder_that_does_not_exist_does_not_open() {
    assert!(Journal::open_at(Path::new("/no/such/folder/journal.sqlite"), 7).await.is_err());
}
