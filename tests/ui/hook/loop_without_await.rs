#[lifecycle::shutdown_hook(phase = "announce")]
async fn leave() {
    loop {
        std::thread::yield_now();
    }
}

fn main() {}
