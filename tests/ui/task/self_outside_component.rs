struct Sweeper;

impl Sweeper {
    #[lifecycle::cooperative_task]
    async fn sweep(&self) {}
}

fn main() {
    let _ = Sweeper;
}
