mod orders {
    #[lifecycle::cooperative_task]
    async fn flush() {}
}

mod users {
    #[lifecycle::cooperative_task]
    async fn flush() {}
}

fn main() {}
