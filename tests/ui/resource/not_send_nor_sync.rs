#[lifecycle::resource]
#[derive(Default)]
struct Database(std::rc::Rc<u8>);

fn main() {}
