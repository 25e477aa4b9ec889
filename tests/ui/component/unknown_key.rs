#[lifecycle::resource]
#[derive(Default)]
struct Prober;

#[lifecycle::component(priority = 1)]
impl Prober {

}

fn main() {}
