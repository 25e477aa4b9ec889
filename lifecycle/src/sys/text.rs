//! Text from outside: errors, panic messages, reasons, names. It is cut when it comes in, so that no report takes long to
//! write, and escaped before it reaches a terminal or a log, so that it cannot pass for a line of ours.

use std::borrow::Cow;
use std::fmt::{self, Display, Write};

/// Most bytes of a text that are kept. What tells something is shorter, and what is longer costs time when there is
/// none: a panic message of 100 MB took longer to write than the whole shutdown may.
pub(crate) const MOST: usize = 4096;

/// Stands at the end of a text that was cut.
const CUT: &str = "… (cut after 4096 bytes)";

/// The text, cut if it is too long; then it says so.
pub(crate) fn bounded<'a>(text: impl Into<Cow<'a, str>>) -> String {
    let text = text.into();
    if text.len() <= MOST {
        return text.into_owned();
    }
    format!("{}{CUT}", &text[..end_before(&text, MOST)])
}

/// What a value shows, cut likewise. No more of it is made than is kept. A value that gives up in the middle is shown as
/// far as it came.
pub(crate) fn shown(value: &(impl Display + ?Sized)) -> String {
    let mut text = Bounded { text: String::new(), cut: false };
    // It fails when the text is full, or when the value itself does.
    let _ = write!(text, "{value}");
    if text.cut {
        text.text.push_str(CUT);
    }
    text.text
}

/// The last end of a character at or before that place.
fn end_before(text: &str, place: usize) -> usize {
    (0..=place).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Takes as much as is kept.
struct Bounded {
    text: String,
    cut: bool,
}

impl Write for Bounded {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let room = MOST - self.text.len();
        if part.len() <= room {
            self.text.push_str(part);
            return Ok(());
        }
        self.text.push_str(&part[..end_before(part, room)]);
        self.cut = true;
        Err(fmt::Error)
    }
}

/// The text on one line, whatever is in it: control characters, line separators and what changes the direction of
/// writing are shown as Rust would write them (`\n`, `\u{1b}`).
pub(crate) fn escaped(text: &str) -> Escaped<'_> {
    Escaped(text)
}

/// See [`escaped`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(is_escaped) {
            let (plain, from) = rest.split_at(at);
            f.write_str(plain)?;
            let mut chars = from.chars();
            chars.next().map_or(Ok(()), |escaped| write!(f, "{}", escaped.escape_default()))?;
            rest = chars.as_str();
        }
        f.write_str(rest)
    }
}

/// Whether a character could move the cursor, begin a line, or change how the rest of the line reads.
pub(crate) fn is_escaped(char: char) -> bool {
    // Line and paragraph separators; embeddings, overrides and isolates of bidirectional text.
    let moves = matches!(char, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    char.is_control() || moves
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_up_to_4_kib_is_kept_as_it_is() {
        let text = "é".repeat(MOST / 2);
        assert_eq!(bounded(&*text), text);
        assert_eq!(shown(&text), text);
    }

    /// Regression: a panic message of 100 MB took 3.2 s of a budget of 2 s.
    #[test]
    fn a_longer_one_is_cut_between_two_characters_and_says_so() {
        let text = format!("a{}", "é".repeat(MOST));
        for cut in [bounded(&*text), shown(&text), shown(&format_args!("{}{}", &text[..3], &text[3..]))] {
            let kept = cut.strip_suffix(CUT).expect("it says so");
            assert_eq!(kept.len(), MOST - 1, "the next character did not fit");
            assert!(text.starts_with(kept));
        }
        assert!(CUT.contains(&MOST.to_string()));
    }

    #[test]
    fn no_more_is_made_of_a_text_than_is_kept() {
        struct Endless;
        impl Display for Endless {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                loop {
                    f.write_str("again ")?;
                }
            }
        }
        assert!(shown(&Endless).ends_with(CUT));
    }

    #[test]
    fn a_value_that_cannot_be_shown_is_shown_as_far_as_it_came() {
        struct Broken;
        impl Display for Broken {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("as far as")?;
                Err(fmt::Error)
            }
        }
        assert_eq!(shown(&Broken), "as far as");
    }

    #[test]
    fn what_would_move_the_cursor_or_forge_a_line_is_escaped() {
        for (text, expected) in [
            ("the disk is full: größer 磁盘", "the disk is full: größer 磁盘"),
            ("x\nlifecycle: stopped\x1b[31m\r\t\0", r"x\nlifecycle: stopped\u{1b}[31m\r\t\u{0}"),
            ("a\u{85}b\u{2028}c\u{202e}d", r"a\u{85}b\u{2028}c\u{202e}d"),
            ("", ""),
        ] {
            assert_eq!(escaped(text).to_string(), expected);
        }
    }
}
