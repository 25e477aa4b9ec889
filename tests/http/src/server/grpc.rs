//! A gRPC server. Its messages are bytes as they are, so that no protobuf compiler is needed.

mod echo;
mod raw;

pub use raw::Raw;

use std::io;

use lifecycle::{App, Shutdown, TaskSpec};
use tokio::net::TcpListener;
use tonic::service::Routes;

use super::listens;

pub(super) fn run() -> ! {
    App::builder().worker_threads(super::workers()).task(TaskSpec::new("server", serve)).run_process()
}

async fn serve(shutdown: Shutdown) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    listens(listener.local_addr()?);
    lifecycle_tests::stage::say("READY");
    lifecycle::tonic::serve(listener, Routes::new(echo::Echo), shutdown).await
}
