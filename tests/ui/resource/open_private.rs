mod db {
    impl super::Database {
        fn connect() -> Self {
            Self
        }
    }
}

#[lifecycle::resource(open = "connect")]
struct Database;

fn main() {}
