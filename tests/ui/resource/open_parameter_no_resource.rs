struct Disk;

#[lifecycle::resource(open = "connect")]
struct Database;

impl Database {
    async fn connect(_: lifecycle::Res<Disk>) -> Self {
        Self
    }
}

fn main() {}
