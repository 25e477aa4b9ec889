mod database {
    #[lifecycle::resource(open = "open")]
    pub struct Database;

    impl Database {
        async fn open(_: lifecycle::Res<crate::queue::Queue>) -> Self {
            Self
        }
    }
}

mod cache {
    #[lifecycle::resource(open = "open")]
    pub struct Cache;

    impl Cache {
        fn open(_: lifecycle::Res<crate::database::Database>) -> Self {
            Self
        }
    }
}

mod queue {
    #[lifecycle::resource(open = |_: lifecycle::Res<crate::cache::Cache>| Self)]
    pub struct Queue;
}

fn main() {}
