#[lifecycle::resource]
#[derive(Default)]
struct Prober;

#[lifecycle::component]
impl Probr {
    #[cooperative_task]
    async fn probe(&self) {}
}

fn main() {}
