#[lifecycle::resource]
#[derive(Default)]
struct Prober;

#[lifecycle::component]
impl Prober {
    #[cooperative_task]
    async fn probe(&self) {
        let count = std::rc::Rc::new(5);
        std::future::ready(()).await;
        drop(count);
    }
}

fn main() {}
