struct Database;

#[lifecycle::cooperative_task]
async fn sweep(_: lifecycle::Res<Database>) {}

fn main() {}
