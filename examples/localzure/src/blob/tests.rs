use tempfile::TempDir;

use super::*;

/// The service with one container, `box`.
async fn service() -> (Blobs, TempDir) {
    let folder = TempDir::new().unwrap();
    let database = Database::open(&folder.path().join("blobs.sqlite"), SCHEMA).await.unwrap();
    let blobs = Blobs { database };
    blobs.create_container("box").await.unwrap();
    (blobs, folder)
}

async fn names(blobs: &Blobs, prefix: &str, after: &str, most: u32) -> Vec<String> {
    let entries = blobs.list("box", prefix, after, most).await.unwrap();
    entries.into_iter().map(|entry| entry.name).collect()
}

#[tokio::test]
async fn a_blob_is_the_last_that_was_put_under_its_name() {
    let (blobs, _folder) = service().await;
    let first = blobs.put("box", "a/b", b"one", "text/plain").await.unwrap();
    let second = blobs.put("box", "a/b", b"\0two", "image/png").await.unwrap();
    assert_ne!(first, second);
    let blob = blobs.get("box", "a/b").await.unwrap();
    assert_eq!(blob, Blob { content: b"\0two".into(), content_type: "image/png".into(), etag: second });
}

#[tokio::test]
async fn what_is_not_there_is_refused_by_its_name() {
    let (blobs, _folder) = service().await;
    assert_eq!(blobs.get("box", "a").await.unwrap_err(), Refusal::BlobNotFound);
    assert_eq!(blobs.delete("box", "a").await.unwrap_err(), Refusal::BlobNotFound);
    assert_eq!(blobs.get("none", "a").await.unwrap_err(), Refusal::ContainerNotFound);
    assert_eq!(blobs.put("none", "a", b"", "").await.unwrap_err(), Refusal::ContainerNotFound);
    assert_eq!(blobs.list("none", "", "", 9).await.unwrap_err(), Refusal::ContainerNotFound);
    assert_eq!(blobs.delete_container("none").await.unwrap_err(), Refusal::ContainerNotFound);
    assert_eq!(blobs.create_container("box").await.unwrap_err(), Refusal::ContainerAlreadyExists);
}

#[tokio::test]
async fn a_list_can_be_read_in_pieces_and_by_prefix() {
    let (blobs, _folder) = service().await;
    for name in ["b/2", "a", "b/1", "c", "b%"] {
        blobs.put("box", name, name.as_bytes(), "text/plain").await.unwrap();
    }
    assert_eq!(names(&blobs, "", "", 9).await, ["a", "b%", "b/1", "b/2", "c"]);
    assert_eq!(names(&blobs, "", "b%", 2).await, ["b/1", "b/2"]);
    assert_eq!(names(&blobs, "b/", "", 9).await, ["b/1", "b/2"]);
    // Not a pattern.
    assert_eq!(names(&blobs, "b%", "", 9).await, ["b%"]);
}

#[tokio::test]
async fn a_container_goes_with_all_that_is_in_it() {
    let (blobs, _folder) = service().await;
    blobs.put("box", "a", b"one", "text/plain").await.unwrap();
    blobs.delete_container("box").await.unwrap();
    blobs.create_container("box").await.unwrap();
    assert_eq!(names(&blobs, "", "", 9).await, [""; 0]);
}

#[tokio::test]
async fn what_was_written_is_there_after_closing_and_opening_again() {
    let (blobs, folder) = service().await;
    blobs.put("box", "a", b"one", "text/plain").await.unwrap();
    blobs.close().await;
    let database = Database::open(&folder.path().join("blobs.sqlite"), SCHEMA).await.unwrap();
    assert_eq!(Blobs { database }.get("box", "a").await.unwrap().content, b"one");
}
