#[lifecycle::cooperative_task]
async fn sweep() {
    fetch().await;
}

async fn fetch() {
    let lock = std::sync::Mutex::new(5);
    let guard = lock.lock();
    std::future::ready(()).await;
    drop(guard);
}

fn main() {}
