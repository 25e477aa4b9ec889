//! One request, and the judgement of what came back.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::header::{CONNECTION, HOST};
use hyper::{Request, Response, StatusCode};
use tokio::time::timeout;

use super::connection::{Asked, Connection};
use super::fate::{Fate, Loss};
use super::plan::{Plan, Protocol};
use super::summary::millis;

/// An answer that takes longer is none.
const ANSWER: Duration = Duration::from_secs(10);

/// Asks for `number` and judges the answer.
pub(super) async fn ask(plan: &Plan, connection: &mut Connection, number: u64) -> Fate {
    // On a connection that several requests share, this is the last moment at which nothing of this one is written.
    if !connection.is_ready().await || connection.counters.is_closed() {
        return Fate::NotSent;
    }
    let lost = {
        let (age, before) = (millis(connection.made), connection.carry());
        move |stage: &str, error: String| Fate::Lost(Loss { stage: stage.into(), error, age, before, at: 0.0 })
    };
    let written = connection.counters.written();
    if connection.is_exclusive() {
        connection.counters.begin();
    }
    let answer = match timeout(ANSWER, connection.send(request(plan, number))).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) if error.message().is_some() => return Fate::NotSent,
        Ok(Err(_)) if connection.is_exclusive() && connection.counters.written() == written => return Fate::NotSent,
        Ok(Err(error)) if is_unprocessed(&error) => return Fate::Unprocessed,
        Ok(Err(error)) => return lost("no answer", chain(error.error())),
        Err(_) => return lost("no answer", format!("within {ANSWER:?}")),
    };
    match timeout(ANSWER, judge(answer, plan, number)).await {
        Ok(Ok(fate)) => fate,
        Ok(Err((stage, error))) => lost(stage, error),
        Err(_) => lost("half an answer", format!("within {ANSWER:?}")),
    }
}

fn request(plan: &Plan, number: u64) -> Asked {
    let Plan { address, handler, bytes, .. } = plan;
    let target = format!("/work?ms={handler}&bytes={bytes}&id={number}");
    // HTTP/2 takes scheme and authority from the address; in HTTP/1.1 a server is asked for the path alone.
    let uri = match plan.protocol {
        Protocol::Http1 => target,
        Protocol::Http2 => format!("http://{address}{target}"),
    };
    Request::get(uri).header(HOST, address.to_string()).body(Empty::<Bytes>::new()).expect("a request")
}

async fn judge(answer: Response<Incoming>, plan: &Plan, number: u64) -> Result<Fate, (&'static str, String)> {
    let status = answer.status();
    let last = answer.headers().get(CONNECTION).is_some_and(|value| value == "close");
    if status == StatusCode::SERVICE_UNAVAILABLE {
        return Ok(Fate::TurnedAway);
    }
    if status != StatusCode::OK {
        return Err(("another status", status.to_string()));
    }
    let body = answer.into_body().collect().await.map_err(|error| ("half an answer", chain(&error)))?.to_bytes();
    if body != crate::server::work(number, plan.bytes) {
        return Err(("another answer", String::from_utf8_lossy(&body).chars().take(80).collect()));
    }
    Ok(Fate::Answered { last })
}

/// HTTP/2 says which requests were not begun.
fn is_unprocessed(error: &TrySendError<Asked>) -> bool {
    let mut source: Option<&(dyn Error + 'static)> = Some(error.error());
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<h2::Error>() {
            let reason = error.reason();
            return error.is_remote()
                && (reason == Some(h2::Reason::REFUSED_STREAM)
                    || error.is_go_away() && reason == Some(h2::Reason::NO_ERROR));
        }
        source = error.source();
    }
    false
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
