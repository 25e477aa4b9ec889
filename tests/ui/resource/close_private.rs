mod db {
    impl super::Database {
        async fn dispose(&self) {}
    }
}

#[lifecycle::resource(close = "dispose")]
#[derive(Default)]
struct Database;

fn main() {}
