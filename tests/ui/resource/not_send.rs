#[lifecycle::resource]
#[derive(Default)]
struct Database(Option<std::sync::MutexGuard<'static, u8>>);

fn main() {}
