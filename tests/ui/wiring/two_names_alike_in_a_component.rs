#[lifecycle::resource]
#[derive(Default)]
struct Prober;

#[lifecycle::component]
impl Prober {
    #[cooperative_task]
    async fn probe(&self) {}
}

#[lifecycle::cooperative_task(name = "probe")]
async fn probe_again() {}

fn main() {}
