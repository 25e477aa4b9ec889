//! One resource, one periodic task, one long-lived task, and `main`: start it, watch it, press Ctrl-C.
//!
//! ```sh
//! cargo run -p lifecycle-examples --bin quickstart
//! LIFECYCLE_REPORT=stderr cargo run -p lifecycle-examples --bin quickstart   # with the report
//! ```

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use lifecycle::{Res, Shutdown, cooperative_task, resource};
use tokio::time::sleep;

/// Opened before any task starts, closed after the last one ended.
#[resource(open = "open", close = "close")]
struct Orders {
    taken: AtomicU64,
    packed: AtomicU64,
}

impl Orders {
    async fn open() -> Result<Self, std::io::Error> {
        println!("orders    open");
        Ok(Self { taken: AtomicU64::new(0), packed: AtomicU64::new(0) })
    }

    async fn close(&self) {
        println!("orders    closed: {} taken, {} packed", self.taken.load(Relaxed), self.packed.load(Relaxed));
    }
}

/// The loop is the framework's; a run in progress is finished, and the pause between two is not waited for.
#[cooperative_task(interval = "2s")]
async fn stocktaking(orders: Res<Orders>) {
    println!("stock     {} orders packed so far", orders.packed.load(Relaxed));
}

/// The loop is its own: it takes no new order once the shutdown drains, and packs the one that it has taken.
#[cooperative_task]
async fn packing(orders: Res<Orders>, shutdown: Shutdown) -> Result<(), String> {
    while let Some(number) = shutdown.until_draining(next_order(&orders)).await {
        println!("packing   order {number} …");
        sleep(Duration::from_millis(700)).await;
        orders.packed.fetch_add(1, Relaxed);
        println!("packing   order {number} is packed");
    }
    println!("packing   no more orders");
    Ok(())
}

async fn next_order(orders: &Orders) -> u64 {
    sleep(Duration::from_millis(300)).await;
    orders.taken.fetch_add(1, Relaxed) + 1
}

/// A task as well: when it returns, shutdown begins.
#[lifecycle::main(timeout = "10s")]
async fn main(shutdown: Shutdown) -> Result<(), std::io::Error> {
    println!("main      running; Ctrl-C stops it");
    shutdown.requested().await;
    println!("main      asked to stop");
    Ok(())
}
