//! `Shutdown` and `Requests` as parameters of handlers that another server serves.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::{Request, StatusCode};
use axum::response::IntoResponse;
use lifecycle::axum::NotServed;
use lifecycle::{Requests, Shutdown};

#[tokio::test]
async fn a_server_that_hands_nothing_in_is_told_so_and_an_optional_one_is_not_there() {
    let (mut parts, ()) = Request::new(()).into_parts();
    let shutdown = <Shutdown as FromRequestParts<()>>::from_request_parts(&mut parts, &()).await;
    let requests = <Requests as FromRequestParts<()>>::from_request_parts(&mut parts, &()).await;
    let optional = <Shutdown as OptionalFromRequestParts<()>>::from_request_parts(&mut parts, &()).await;
    assert_eq!((shutdown.err(), requests.err()), (Some(NotServed), Some(NotServed)));
    assert!(optional.is_ok_and(|shutdown| shutdown.is_none()));
    let response = NotServed.into_response();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
    assert!(body.ends_with(b"serve it by `lifecycle::axum::serve`"), "{body:?}");
}

/// The same request, with what our server puts into it.
#[tokio::test]
async fn a_handler_gets_the_servers_own() {
    let app = lifecycle::App::builder().signals(false).guard(false).environment(false).build().unwrap();
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.extensions.insert(app.shutdown());
    let optional = <Shutdown as OptionalFromRequestParts<()>>::from_request_parts(&mut parts, &()).await;
    assert!(optional.is_ok_and(|shutdown| shutdown.is_some_and(|shutdown| !shutdown.is_requested())));
    let requests = <Requests as FromRequestParts<()>>::from_request_parts(&mut parts, &()).await.unwrap();
    assert_eq!(requests.in_flight(), 0);
}
