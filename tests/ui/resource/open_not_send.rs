#[lifecycle::resource(open = "connect")]
struct Database;

impl Database {
    async fn connect() -> Self {
        let count = std::rc::Rc::new(5);
        std::future::ready(()).await;
        drop(count);
        Self
    }
}

fn main() {}
