//! Counts in texts: "1 run", "2 runs".

/// So many of them, in the words for one and for more.
pub(crate) fn counted<N: Copy + PartialEq + From<u8> + std::fmt::Display>(count: N, one: &str, more: &str) -> String {
    format!("{count} {}", if count == N::from(1) { one } else { more })
}
