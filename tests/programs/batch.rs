//! A batch job as `main` without a `Shutdown`: it works through its records, and a signal comes in between. The first
//! argument says whether that is what was meant.

use lifecycle_tests::stage::{FOR_EVER, say};

mod job {
    #[lifecycle::main(worker_threads = 2)]
    pub(super) async fn main() {
        super::records().await;
    }
}

mod server {
    #[lifecycle::main(worker_threads = 2, on_shutdown = "cancel")]
    pub(super) async fn main() {
        super::records().await;
    }
}

async fn records() {
    for record in 0..50 {
        if record == 10 {
            say("READY");
            tokio::time::sleep(FOR_EVER).await;
        }
    }
    say("all done");
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("server") => server::main(),
        _ => job::main(),
    }
}
