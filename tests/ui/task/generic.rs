#[lifecycle::cooperative_task]
async fn sweep<T>() {}

fn main() {}
