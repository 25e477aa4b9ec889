#[lifecycle::cooperative_task]
async fn sweep() -> Result<u32, String> {
    Ok(5)
}

fn main() {}
