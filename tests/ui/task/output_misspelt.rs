#[lifecycle::cooperative_task]
async fn sweep() -> Reslt<(), String> {
    Ok(())
}

fn main() {}
