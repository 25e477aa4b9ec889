#[lifecycle::resource(close = |database| async move {
    let count = std::rc::Rc::new(5);
    std::future::ready(()).await;
    drop((database, count));
})]
#[derive(Default)]
struct Database;

fn main() {}
