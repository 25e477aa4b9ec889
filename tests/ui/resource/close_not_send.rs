#[lifecycle::resource(close = "dispose")]
#[derive(Default)]
struct Database;

impl Database {
    async fn dispose(&self) {
        let count = std::rc::Rc::new(5);
        std::future::ready(()).await;
        drop(count);
    }
}

fn main() {}
