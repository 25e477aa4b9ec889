//! Tasks whose futures are not `Send`, as functions and as methods.
#![deny(warnings)]

use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lifecycle::{App, BoxError, Res, Shutdown, component, cooperative_task, resource};

static DONE: AtomicU32 = AtomicU32::new(0);

#[resource]
#[derive(Default)]
struct Canvas(u32);

#[cooperative_task(local = true, name = "draw")]
async fn draws(canvas: Res<Canvas>, shutdown: Shutdown) -> Result<(), BoxError> {
    let kept = Rc::new(canvas.0);
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!((*kept, std::thread::current().name()), (0, Some("draw")));
    DONE.fetch_add(1, Ordering::SeqCst);
    while DONE.load(Ordering::SeqCst) < 3 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    shutdown.request("done");
    Ok(())
}

#[component]
impl Canvas {
    #[cooperative_task(local = true)]
    async fn paint(&self) {
        let kept = Rc::new(self.0);
        tokio::task::yield_now().await;
        DONE.fetch_add(1 + *kept, Ordering::SeqCst);
    }

    #[cooperative_task(local = true, interval = "1h", traced = false)]
    async fn clear(&self) {
        let kept = Rc::new(self.0);
        tokio::task::yield_now().await;
        DONE.fetch_add(1 + *kept, Ordering::SeqCst);
    }
}

fn main() {
    let report = App::builder().registered().build().unwrap().run_blocking();
    assert!(report.is_clean(), "{report}");
    assert_eq!(DONE.load(Ordering::SeqCst), 3);
}
