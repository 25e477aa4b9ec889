#[lifecycle::resource]
#[derive(Default)]
struct Prober;

#[lifecycle::component]
impl Prober {
    #[cooperative_task]
    #[shutdown_hook(phase = "announce")]
    async fn probe(&self) {}
}

fn main() {}
