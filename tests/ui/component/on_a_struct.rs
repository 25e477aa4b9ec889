#[lifecycle::component]
struct Prober;

fn main() {}
