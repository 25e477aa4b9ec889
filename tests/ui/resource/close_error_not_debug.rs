struct Broken;

#[lifecycle::resource(close = "dispose")]
#[derive(Default)]
struct Database;

impl Database {
    async fn dispose(&self) -> Result<(), Broken> {
        Ok(())
    }
}

fn main() {}
