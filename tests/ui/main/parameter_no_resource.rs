struct Database;

#[lifecycle::main]
async fn main(_: lifecycle::Res<Database>) {}
