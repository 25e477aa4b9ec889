#[lifecycle::main]
async fn main() {
    let count = std::rc::Rc::new(5);
    std::future::ready(()).await;
    drop(count);
}
