#[lifecycle::cooperative_task]
async fn sweep() -> ! {
    std::future::pending().await
}

fn main() {}
