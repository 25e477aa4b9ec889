#[lifecycle::cooperative_task]
async fn sweep() {
    #[allow(while_true)]
    while true {
        println!("sweeping");
    }
}

fn main() {}
