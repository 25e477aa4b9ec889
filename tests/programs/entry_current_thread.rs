//! `#[lifecycle::main]` on the main thread alone; the first argument says what `main` does.

mod parts;

use lifecycle::{Groups, Res, Shutdown};

#[lifecycle::main(timeout = "2s", flavor = "current_thread")]
async fn main(shutdown: Shutdown, groups: Groups, _store: Res<parts::Store>) -> Result<(), std::io::Error> {
    parts::main(shutdown, groups).await
}
