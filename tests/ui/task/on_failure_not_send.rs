#[lifecycle::cooperative_task(interval = "1s", failure_threshold = 3, on_failure = "alarm")]
async fn sweep() {}

async fn alarm() {
    let count = std::rc::Rc::new(5);
    std::future::ready(()).await;
    drop(count);
}

fn main() {}
