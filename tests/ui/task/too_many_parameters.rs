use lifecycle::Shutdown as S;

#[lifecycle::cooperative_task]
#[rustfmt::skip]
async fn sweep(_: S, _: S, _: S, _: S, _: S, _: S, _: S, _: S, _: S, _: S, _: S, _: S, _: S) {}

fn main() {}
