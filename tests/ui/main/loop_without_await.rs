#[lifecycle::main]
async fn main() {
    loop {
        std::thread::park();
    }
}
