#[lifecycle::resource]
#[derive(Default)]
struct Database;

#[lifecycle::cooperative_task]
async fn sweep(_: lifecycle::Res<Databse>) {}

fn main() {}
