#[lifecycle::resource]
#[derive(Default)]
struct Prober;

#[lifecycle::component]
impl Prober {
    #[cooperative_task(interval = "1s", failure_threshold = 3, on_failure = "alarm")]
    async fn probe(&self) {}

    async fn alarm(&self) {
        let count = std::rc::Rc::new(5);
        std::future::ready(()).await;
        drop(count);
    }
}

fn main() {}
