//! A service with a call of each kind. What comes back is what was sent.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use lifecycle::Shutdown;
use lifecycle_tests::stage::say;
use tonic::body::Body;
use tonic::codegen::http;
use tonic::server::{Grpc, NamedService};
use tonic::{Request, Response, Status, Streaming};
use tower::{Service, service_fn};

use super::Raw;

type Messages = BoxStream<'static, Result<Bytes, Status>>;
type Answer = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

/// How long a unary call takes, and how much time is between two messages of a stream.
const PAUSE: Duration = Duration::from_millis(50);

#[derive(Clone, Debug)]
pub(super) struct Echo;

impl NamedService for Echo {
    const NAME: &'static str = "test.Echo";
}

impl Service<http::Request<Body>> for Echo {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Answer {
        Box::pin(async move {
            let mut grpc = Grpc::new(Raw);
            let method = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
            Ok(match method.as_str() {
                "Once" => grpc.unary(service_fn(once), request).await,
                "Hang" => grpc.unary(service_fn(hang), request).await,
                "Repeat" => grpc.server_streaming(service_fn(repeat), request).await,
                "Talk" => grpc.streaming(service_fn(talk), request).await,
                "TalkDeaf" => grpc.streaming(service_fn(talk_deaf), request).await,
                _ => Status::unimplemented(method).into_http(),
            })
        })
    }
}

async fn once(request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
    say("a call has begun");
    tokio::time::sleep(PAUSE).await;
    Ok(Response::new(request.into_inner()))
}

async fn hang(_: Request<Bytes>) -> Result<Response<Bytes>, Status> {
    say("a call has begun");
    std::future::pending().await
}

/// Ten times, with pauses.
async fn repeat(request: Request<Bytes>) -> Result<Response<Messages>, Status> {
    let message = request.into_inner();
    let messages = stream::iter(0..10).then(move |_| {
        let message = message.clone();
        async move {
            tokio::time::sleep(PAUSE).await;
            Ok(message)
        }
    });
    Ok(Response::new(messages.boxed()))
}

/// Until the client ends it or shutdown drains.
async fn talk(request: Request<Streaming<Bytes>>) -> Result<Response<Messages>, Status> {
    let shutdown = request.extensions().get::<Shutdown>().cloned();
    let shutdown = shutdown.ok_or_else(|| Status::internal("the server hands in no `Shutdown`"))?;
    let messages = stream::unfold((request.into_inner(), shutdown), async |(mut from, shutdown)| {
        let message = shutdown.until_draining(from.message()).await?.transpose()?;
        Some((message, (from, shutdown)))
    });
    Ok(Response::new(messages.boxed()))
}

/// Until the client ends it.
async fn talk_deaf(request: Request<Streaming<Bytes>>) -> Result<Response<Messages>, Status> {
    Ok(Response::new(request.into_inner().boxed()))
}
