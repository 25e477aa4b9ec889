//! See the library.

use lifecycle_http_tests::{in_memory, load, losses, overhead, server};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (what, rest) = arguments.split_first().map_or(("", &[][..]), |(what, rest)| (what.as_str(), rest));
    match what {
        "server" => server::main(rest),
        "load" => load::main(rest),
        "losses" => losses::main(rest),
        "overhead" => overhead::main(rest),
        "in-memory" => in_memory::main(rest),
        _ => panic!("the first argument is `server`, `load`, `losses`, `overhead` or `in-memory`"),
    }
}
