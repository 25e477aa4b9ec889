use lifecycle::{Res, resource};

#[resource(open = |_: Res<B>| Self)]
struct A;

#[resource(open = |_: Res<A>| Self)]
struct B;

#[resource(open = |_: Res<D>| Self)]
struct C;

#[resource(open = |_: Res<C>| Self)]
struct D;

fn main() {}
