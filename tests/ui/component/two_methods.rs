#[lifecycle::resource]
#[derive(Default)]
struct Prober;

#[lifecycle::component]
impl Prober {
    #[cooperative_task(interval = "0s")]
    async fn probe(&self) {}

    #[cooperative_task(intervall = "1s")]
    async fn probe_again(&self) {}
}

fn main() {}
