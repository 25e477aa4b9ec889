#[lifecycle::resource]
#[derive(Default)]
struct Prober;

#[lifecycle::component]
impl Prober {
    #[cooperative_task]
    async fn probe(&mut self) {}
}

fn main() {}
