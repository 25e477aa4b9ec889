#[lifecycle::resource]
#[derive(Default)]
struct Database(Option<std::rc::Rc<u8>>);

fn main() {}
