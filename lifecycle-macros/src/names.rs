//! Names of components.

use crate::diag::Diag;
use crate::values::Setting;

/// The name that was given, or the one that the item has.
pub(crate) fn or_default(
    given: Option<Setting<String>>,
    default: String,
    diag: &mut Diag,
) -> String {
    let Some(given) = given else { return default };
    if let Some(fault) = fault(&given.value) {
        diag.at(&given.at, format!("`name` {fault}"));
    }
    given.value
}

/// What is wrong with a name or a label, if anything.
pub(crate) fn fault(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        return Some("is empty; give it at least one letter, or leave it out");
    }
    name.chars()
        .any(char::is_control)
        .then_some("has a control character in it, which would garble reports; use letters, digits and punctuation")
}

/// `HttpServer` → `http_server`, `DBPool` → `db_pool`.
pub(crate) fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        if letter.is_uppercase() && begins_word(&letters, at) {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

fn begins_word(letters: &[char], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| letters[before]) else {
        return false;
    };
    let next_is_small = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
    before.is_lowercase() || before.is_numeric() || (before.is_uppercase() && next_is_small)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_names_turn_to_snake_case() {
        for (name, snake) in [
            ("Database", "database"),
            ("HttpServer", "http_server"),
            ("DBPool", "db_pool"),
            ("S3", "s3"),
            ("Http2Server", "http2_server"),
            ("already_snake", "already_snake"),
            ("Already_Split", "already_split"),
            ("X", "x"),
        ] {
            assert_eq!(snake_case(name), snake);
        }
    }

    #[test]
    fn a_name_is_one_line_of_something() {
        assert!(fault("").is_some() && fault("  ").is_some() && fault("a\nb").is_some());
        assert!(fault("Überwachung 1").is_none());
    }
}
