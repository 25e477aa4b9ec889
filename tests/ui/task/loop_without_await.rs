#[lifecycle::cooperative_task]
async fn sweep() {
    loop {
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
}

fn main() {}
