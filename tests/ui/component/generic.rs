struct Prober<T>(T);

#[lifecycle::component]
impl<T> Prober<T> {
    #[cooperative_task]
    async fn probe(&self) {}
}

fn main() {}
