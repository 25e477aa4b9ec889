#[lifecycle::cooperative_task]
async fn sweep(_: std::borrow::Cow<'_, str>) {}

fn main() {}
