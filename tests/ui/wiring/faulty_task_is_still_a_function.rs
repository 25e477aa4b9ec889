#[lifecycle::cooperative_task(interval = "0s")]
async fn sweep() {}

fn main() {
    drop(sweep());
}
