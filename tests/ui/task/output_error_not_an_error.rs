struct Broken;

#[lifecycle::cooperative_task]
async fn sweep() -> Result<(), Broken> {
    Err(Broken)
}

fn main() {}
