//! A task that hangs at one of twenty `.await`s, or blocks behind one of them: the arguments say how and where.
//!
//! Each line on which it can happen ends with a comment `at N`, by which the test knows the line.

use std::sync::OnceLock;

use lifecycle::{Res, Shutdown, Tasks, component, cooperative_task, resource, traced};
use lifecycle_tests::stage::{FOR_EVER, say};

/// What happens, and at which place.
fn chosen() -> &'static (String, u32) {
    static CHOSEN: OnceLock<(String, u32)> = OnceLock::new();
    CHOSEN.get_or_init(|| {
        let mut arguments = std::env::args().skip(1);
        let how = arguments.next().expect("`hang` or `block`");
        let place = arguments.next().and_then(|place| place.parse().ok()).expect("the number of a place");
        (how, place)
    })
}

/// Hangs if this is the place.
async fn step(place: u32) {
    tokio::task::yield_now().await;
    if *chosen() == ("hang".to_owned(), place) {
        say("READY");
        std::future::pending::<()>().await;
    }
}

/// Blocks if this is the place.
fn calm(place: u32) {
    if *chosen() == ("block".to_owned(), place) {
        say("READY");
        std::thread::sleep(FOR_EVER);
    }
}

#[resource]
#[derive(Default)]
struct Store;

#[component]
impl Store {
    #[cooperative_task]
    async fn keep(&self, _: Shutdown) {
        step(1).await; // at 1
        calm(1);
        self.write(2).await; // at 2
        calm(2);
    }

    async fn write(&self, place: u32) {
        step(place).await;
    }
}

#[cooperative_task]
async fn work(store: Res<Store>, _: Shutdown) -> Result<(), std::io::Error> {
    step(3).await; // at 3
    calm(3);
    if chosen().1.is_multiple_of(2) {
        step(4).await; // at 4
        calm(4);
    } else {
        step(5).await; // at 5
        calm(5);
    }
    for turn in 0..3 {
        step(if turn == 2 { 6 } else { 0 }).await; // at 6
        calm(if turn == 2 { 6 } else { 0 });
    }
    let mut left = 2;
    while left > 0 {
        step(if left == 1 { 7 } else { 0 }).await; // at 7
        calm(if left == 1 { 7 } else { 0 });
        left -= 1;
    }
    match left {
        0 => step(8).await, // at 8
        _ => step(0).await,
    }
    calm(8);
    fallible(9).await?; // at 9
    calm(9);
    let future = step(10);
    let calm_too = || calm(10);
    future.await; // at 10
    calm_too();
    async {
        step(11).await; // at 11
        calm(11);
    }
    .await; // around 11
    store.write(12).await; // at 12
    calm(12);
    Ok(())
}

async fn fallible(place: u32) -> Result<(), std::io::Error> {
    step(place).await;
    Ok(())
}

#[cooperative_task]
async fn calls(_: Shutdown) {
    outer().await; // outer
    step(13).await; // at 13
    calm(13);
}

#[traced]
async fn outer() {
    step(14).await; // at 14
    calm(14);
    inner("x").await; // inner
    step(15).await; // at 15
    calm(15);
}

#[traced]
async fn inner(text: &str) -> &str {
    step(16).await; // at 16
    calm(16);
    text
}

#[cooperative_task]
async fn parent(tasks: Tasks, _: Shutdown) {
    tasks.spawn_with("child", |_| async {
        step(17).await; // at 17
        calm(17);
        if chosen().1 > 0 {
            step(18).await; // at 18
            calm(18);
        }
    });
    let ((), ()) = tokio::join!(waits(19), async {}); // at 19
    calm(19);
    tokio::select! { // at 20
        () = waits(20) => {}
        () = std::future::pending() => {}
    }
    calm(20);
}

async fn waits(place: u32) {
    step(place).await;
}

#[lifecycle::main(worker_threads = 2, timeout = "600ms")]
async fn main(shutdown: Shutdown) {
    shutdown.requested().await;
}
