trait Probe {
    async fn probe(&self);
}

#[lifecycle::resource]
#[derive(Default)]
struct Prober;

#[lifecycle::component]
impl Probe for Prober {
    #[cooperative_task]
    async fn probe(&self) {}
}

fn main() {}
