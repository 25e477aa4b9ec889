//! A panic's message and place, kept for the code that catches it.

mod culprit;

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::io::Write;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Once;

use crate::sys::text::bounded;

use super::repeats;
use super::trail;

thread_local! {
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
    /// A panic is no news here.
    static SILENT: Cell<bool> = const { Cell::new(false) };
}

/// Has the place of each panic kept, before the hook that is already there runs. Once per process.
///
/// Of a panic that a component has again and again that hook is told the first time; from then on a line says at the tenth, the
/// hundredth time and so on how often it has come. A task that prints to a pipe whose reader is gone would fill stderr.
///
/// A hook that the program sets later replaces this one; then messages come without their place.
pub(crate) fn keep_places() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let place = info.location().map(culprit::place);
            let again = trail::current_name().and_then(|name| again(info, &name, place.as_deref()));
            // During thread tear-down the slot may be gone: the panic goes on without it.
            let _ = LAST.try_with(|last| {
                if let Ok(mut last) = last.try_borrow_mut() {
                    *last = place;
                }
            });
            match again {
                _ if SILENT.try_with(Cell::get).unwrap_or(false) => {}
                None => before(info),
                // Whether stderr takes it is of no matter here.
                Some(Some(line)) => drop(writeln!(std::io::stderr(), "{line}")),
                Some(None) => {}
            }
        }));
    });
}

/// `None`: it is the first of its kind in this component. Else what is to be said of it, if anything is.
fn again(info: &PanicHookInfo<'_>, component: &str, place: Option<&str>) -> Option<Option<String>> {
    let message = text_of(info.payload()).unwrap_or_default();
    let times = repeats::count((component, place, message));
    let place = place.unwrap_or("an unknown place");
    let line = || format!("lifecycle: `{component}` panicked at {place} again, {times} times so far");
    (times > 1).then(|| repeats::is_told(times).then(line))
}

/// Calls `f`; a panic becomes `Err` with `panicked at src/x.rs:3: message`.
pub(crate) fn catch<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    // The caller throws away what the closure worked on once it has panicked.
    catch_unwind(AssertUnwindSafe(f)).map_err(|payload| {
        let text = describe(payload.as_ref());
        // What was panicked with is the user's, and may panic when it is dropped. What that panics with is not looked at.
        if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(second);
        }
        text
    })
}

/// Like [`catch`], but the panic is not told on stderr: the caller tells what became of it.
pub(crate) fn catch_silently<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    SILENT.set(true);
    let result = catch(f);
    SILENT.set(false);
    result
}

fn describe(payload: &(dyn Any + Send)) -> String {
    let message = bounded(text_of(payload).unwrap_or("a value that is not text"));
    let place = LAST.try_with(|last| last.try_borrow_mut().ok().and_then(|mut last| last.take())).ok().flatten();
    match place {
        Some(place) => format!("panicked at {place}: {message}"),
        None => format!("panicked: {message}"),
    }
}

fn text_of(payload: &dyn Any) -> Option<&str> {
    payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_message_and_place() {
        keep_places();
        let error = catch(|| panic!("disk {}", "full")).unwrap_err();
        assert!(error.starts_with("panicked at ") && error.ends_with(": disk full"), "{error}");
        assert!(error.contains("panics.rs:"), "{error}");
        assert_eq!(catch(|| 3), Ok(3));
    }

    #[test]
    fn a_long_message_is_cut() {
        let error = catch(|| panic!("{}", "x".repeat(1_000_000))).unwrap_err();
        assert!(error.len() < 8192 && error.contains("(cut after"), "{} bytes", error.len());
    }

    /// Regression: a payload that panics when it is dropped ended the task that had caught the panic.
    #[test]
    fn a_payload_that_panics_when_it_is_dropped_is_caught_too() {
        struct Bad;
        impl Drop for Bad {
            fn drop(&mut self) {
                panic!("again");
            }
        }
        let error = catch(|| std::panic::panic_any(Bad)).unwrap_err();
        assert!(error.ends_with("a value that is not text"), "{error}");
    }
}
