#[lifecycle::shutdown_hook(phase = "announce")]
async fn leave() -> bool {
    true
}

fn main() {}
