#[lifecycle::resource]
#[derive(Default)]
struct Prober;

#[lifecycle::component]
impl Prober {
    #[shutdown_hook]
    async fn leave(&self) {}
}

fn main() {}
