//! `#[lifecycle::main]` on two worker threads; the first argument says what `main` does.

mod parts;

use lifecycle::{Groups, Res, Shutdown};

#[lifecycle::main(timeout = "2s", worker_threads = 2)]
async fn main(shutdown: Shutdown, groups: Groups, _store: Res<parts::Store>) -> Result<(), std::io::Error> {
    parts::main(shutdown, groups).await
}
