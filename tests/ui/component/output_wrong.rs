#[lifecycle::resource]
#[derive(Default)]
struct Prober;

#[lifecycle::component]
impl Prober {
    #[cooperative_task]
    async fn probe(&self) -> u32 {
        5
    }
}

fn main() {}
