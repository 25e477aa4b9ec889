#[lifecycle::shutdown_hook(phase = "announce")]
async fn leave() {
    let count = std::rc::Rc::new(5);
    std::future::ready(()).await;
    drop(count);
}

fn main() {}
