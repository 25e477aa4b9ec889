use lifecycle::{Res, cooperative_task, resource};

#[resource(open = |_: Res<B>| Self)]
struct A;

#[resource(open = |_: Res<A>| Self)]
struct B;

#[resource(open = |_: Res<A>| Self)]
struct Hanger;

#[cooperative_task]
async fn sweep(_: Res<A>, _: Res<B>, _: Res<Hanger>) {}

fn main() {}
