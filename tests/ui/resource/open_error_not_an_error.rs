struct Broken;

#[lifecycle::resource(open = "connect")]
struct Database;

impl Database {
    async fn connect() -> Result<Self, Broken> {
        Ok(Self)
    }
}

fn main() {}
