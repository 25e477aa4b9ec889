#[lifecycle::resource(open = |shutdown: lifecycle::Shutdown| async move {
    let count = std::rc::Rc::new(5);
    std::future::ready(()).await;
    drop((shutdown, count));
    Self
})]
struct Database;

fn main() {}
