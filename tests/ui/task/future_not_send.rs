#[lifecycle::cooperative_task]
async fn sweep() {
    let count = std::rc::Rc::new(5);
    std::future::ready(()).await;
    drop(count);
}

fn main() {}
