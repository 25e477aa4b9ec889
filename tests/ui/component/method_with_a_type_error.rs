#[lifecycle::resource]
#[derive(Default)]
struct Prober;

#[lifecycle::component]
impl Prober {
    #[cooperative_task]
    async fn probe(&self) {
        self.missing().await
    }
}

fn main() {}
