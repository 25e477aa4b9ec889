//! The place of an `.await` as a constant of the program: a mark is a pointer to it, which is good for ever.

/// The place of one `.await`, as expansions make it.
#[repr(align(16))]
#[derive(Debug)]
pub struct Site {
    pub(crate) file: &'static str,
    pub(crate) line: u32,
    pub(crate) column: u32,
    /// What is awaited.
    pub(crate) text: &'static str,
}

impl Site {
    /// From the values of `file!()`, `line!()` and `column!()`, and the text before `.await`.
    pub const fn new(file: &'static str, line: u32, column: u32, text: &'static str) -> Self {
        Self { file, line, column, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_the_place_of_its_await_and_has_room_for_a_mark() {
        let site = Site::new("src/main.rs", 7, 12, "step()");
        assert_eq!((site.file, site.line, site.column, site.text), ("src/main.rs", 7, 12, "step()"));
        // The low bits of a pointer to it are free.
        assert_eq!((&raw const site).addr() % 16, 0);
    }
}
