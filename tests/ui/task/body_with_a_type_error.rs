#[lifecycle::cooperative_task]
async fn sweep() {
    let count: u32 = "five";
    std::future::ready(count).await;
}

fn main() {}
