use lifecycle::Shutdown as S;

#[lifecycle::resource(open = "connect")]
struct Database;

impl Database {
    #[rustfmt::skip]
    async fn connect(_: S, _: S, _: S, _: S, _: S, _: S, _: S, _: S, _: S, _: S, _: S, _: S, _: S) -> Self {
        Self
    }
}

fn main() {}
