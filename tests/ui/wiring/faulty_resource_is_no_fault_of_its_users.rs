#[lifecycle::resource(opn = "connect")]
struct Database;

#[lifecycle::cooperative_task]
async fn sweep(_: lifecycle::Res<Database>) {}

#[lifecycle::resource(open = |_: lifecycle::Res<Database>| Self)]
struct Cache;

fn main() {
    let _ = lifecycle::App::builder().resource_type::<Database>();
}
