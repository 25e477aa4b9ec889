//! Ten items, each with a fault that another stage of the compiler finds.
use lifecycle::{Res, Shutdown, cooperative_task, resource, shutdown_hook};

struct Stranger;

#[cooperative_task(interval = "0s")]
async fn one() {}

#[cooperative_task(prioritiy = 1)]
async fn two() {}

#[cooperative_task]
async fn three(_: Res<Stranger>) {}

#[shutdown_hook(phase = "anounce")]
async fn four() {}

#[cooperative_task]
async fn five(_: Shutdown) -> u32 {
    5
}

#[resource(close = "dispos")]
#[derive(Default)]
struct Six;

impl Six {
    #[allow(dead_code)]
    async fn dispose(&self) {}
}

#[resource(open = "connect")]
struct Seven;

impl Seven {
    async fn connect(_: Res<Seven>) -> Self {
        Self
    }
}

#[resource(shared = true)]
#[derive(Default)]
struct Eight;

#[cooperative_task]
async fn nine() {
    loop {
        std::thread::park();
    }
}

#[lifecycle::main(timeout = "10s", phases(cancel_tasks = "12s"))]
async fn main(_: Res<Eight>) {}
