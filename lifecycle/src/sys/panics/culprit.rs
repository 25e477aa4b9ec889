//! Whose line a panic is: many begin in the standard library, or in ours, for what the user's code did.

use std::backtrace::Backtrace;
use std::panic::Location;
use std::sync::atomic::{AtomicU32, Ordering};

/// Most backtraces that are taken for this in a process. Each costs some milliseconds, and the first, which reads the
/// program's debug information, can cost a hundred.
const MOST_LOOKS: u32 = 100;

/// Where the panic was, as `file:line`. Of one that begins in the standard library or in ours it is the first line of other
/// code on the way there; of a program without debug information, the name of that function.
pub(super) fn place(location: &Location<'_>) -> String {
    static LOOKS: AtomicU32 = AtomicU32::new(0);
    let told = format!("{}:{}", location.file(), location.line());
    if !is_foreign_file(location.file()) || LOOKS.fetch_add(1, Ordering::Relaxed) >= MOST_LOOKS {
        return told;
    }
    let backtrace = Backtrace::force_capture().to_string();
    first_of_the_users(&backtrace).unwrap_or(told)
}

/// This file within the folder of this crate's sources.
const THIS: &str = "sys/panics/culprit.rs";

/// Whether it is the standard library's, or ours. (Tests of ours are the user's code to themselves.)
fn is_foreign_file(file: &str) -> bool {
    let own = file!().strip_suffix(THIS).filter(|_| !cfg!(test));
    is_std(file) || own.is_some_and(|own| file.starts_with(own))
}

fn is_std(file: &str) -> bool {
    ["/rustc/", "/rust/deps/"].iter().any(|folder| file.starts_with(folder))
        || file.contains("/rustlib/src/rust/library/")
}

/// Whether a function without a file is the standard library's, or ours.
fn is_foreign(function: &str) -> bool {
    let path = function.trim_start_matches(['<', '&', '*']).trim_start_matches("mut ").trim_start_matches("dyn ");
    ["std::", "core::", "alloc::", "__rustc::", "rust_", "_R", "lifecycle::"].iter().any(|of| path.starts_with(of))
}

/// Whether it is the runtime that polls tasks.
fn is_executor(function: &str, place: Option<&str>) -> bool {
    let by_place = |place: &str| place.contains("/tokio-") && place.contains("/src/runtime/");
    place.map_or_else(|| function.contains("tokio::runtime::"), by_place)
}

/// The folder of our sources as a backtrace prints it: the function that takes it is its first frame that has a file of
/// ours. (An inlined function has no path in its name, so names do not tell whose it is.)
fn own_folder(backtrace: &str) -> Option<&str> {
    let places = backtrace.lines().filter_map(|line| line.trim_start().strip_prefix("at "));
    places.filter_map(|place| Some(place.split_once(THIS)?.0)).next()
}

/// Reads a backtrace as it prints itself: a line `N: function`, and if it is known a line `at file:line:column`.
fn first_of_the_users(backtrace: &str) -> Option<String> {
    let mut nameless = None;
    let own = own_folder(backtrace);
    let mut frames = backtrace.lines().peekable();
    while let Some(line) = frames.next() {
        let Some((number, function)) = line.trim_start().split_once(": ") else { continue };
        if number.parse::<u32>().is_err() {
            continue;
        }
        let at = frames.peek().and_then(|next| next.trim_start().strip_prefix("at "));
        match at {
            // Above it no line is of the code that was polled.
            _ if is_executor(function, at) => break,
            Some(place) if is_std(place) || own.is_some_and(|own| place.starts_with(own)) => {}
            // The column is left out, as in all places.
            Some(place) => {
                let line = place.rsplit_once(':').map_or(place, |(line, _)| line);
                return Some(line.trim_start_matches("./").to_owned());
            }
            None if is_foreign(function) => {}
            None => nameless = nameless.or(Some(function)),
        }
    }
    nameless.map(|function| format!("`{function}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKTRACE: &str = "\
   0: std::backtrace_rs::backtrace::libunwind::trace
             at /rustc/598/library/std/src/../../backtrace/src/backtrace/libunwind.rs:117:9
   1: place
             at ./lifecycle/src/sys/panics/culprit.rs:19:9
   1: {closure#0}
             at ./lifecycle/src/sys/panics.rs:40:9
   2: <alloc::boxed::Box<F,A> as core::ops::function::Fn<Args>>::call
             at /rustc/598/library/alloc/src/boxed.rs:2254:9
   3: core::result::unwrap_failed
             at /rustc/598/library/core/src/result.rs:1855:5
   4: std::io::stdio::_print
             at /rustc/598/library/std/src/io/stdio.rs:1165:9
   4: tell
             at ./lifecycle/src/run/calls.rs:7:9
   5: orders::tick::{{closure}}
             at ./src/orders.rs:31:5
   6: <F as lifecycle::run::Start>::start
             at ./src/main.rs:9:1
";

    #[test]
    fn the_first_line_that_is_neither_std_s_nor_ours_is_told() {
        assert_eq!(first_of_the_users(BACKTRACE).as_deref(), Some("src/orders.rs:31"));
    }

    /// Regression: of an injected fault the line of the runtime was told.
    #[test]
    fn a_line_of_the_runtime_is_not_told() {
        let runtime = "   5: tokio::runtime::task::core::poll\n             at /registry/src/x/tokio-1.54.1/src/runtime/task/core.rs:380:9";
        let ours = BACKTRACE
            .replace("5: orders::tick", "6: orders::tick")
            .replace("   6: orders", &format!("{runtime}\n   6: orders"));
        assert!(ours.contains("core.rs:380"));
        assert_eq!(first_of_the_users(&ours), None);
    }

    #[test]
    fn without_debug_information_the_function_is_told() {
        let has_path = |line: &&str| !line.trim_start().starts_with("at ") && line.contains("::");
        let bare: Vec<&str> = BACKTRACE.lines().filter(has_path).collect();
        assert_eq!(first_of_the_users(&bare.join("\n")).as_deref(), Some("`orders::tick::{{closure}}`"));
        assert_eq!(first_of_the_users("disabled backtrace"), None);
    }

    #[test]
    fn std_s_files_are_known_by_both_of_their_names() {
        assert!(is_foreign_file("/rustc/598/library/std/src/io/stdio.rs"));
        assert!(is_foreign_file("/root/.rustup/toolchains/x/lib/rustlib/src/rust/library/core/src/option.rs"));
        assert!(!is_foreign_file("src/main.rs") && !is_foreign_file("/root/.cargo/registry/src/tokio/src/lib.rs"));
    }
}
