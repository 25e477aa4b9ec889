//! Names that may have been meant.

use lifecycle_rules::near::{distance, meant};

/// Most names that are listed.
const MOST: usize = 9;

/// "; did you mean `database`?" with the nearest of the names first, or all there are when there are few. Empty:
/// there are none.
pub(crate) fn near<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> String {
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    let mut all: Vec<&str> = names.collect();
    all.sort_unstable();
    all.dedup();
    let meant = meant(name, all.iter().copied());
    if !meant.is_empty() {
        return format!("; did you mean {}?", quoted(&meant).join(" or "));
    }
    all.sort_by_key(|other| distance(name, other));
    all.truncate(MOST);
    all.sort_unstable();
    match all.is_empty() {
        true => String::new(),
        false => format!("; there are {}", quoted(&all).join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_offered_and_otherwise_all() {
        let names = ["database", "cache", "caches"];
        assert_eq!(near("databse", names.into_iter()), "; did you mean `database`?");
        assert_eq!(near("cachs", names.into_iter()), "; did you mean `cache` or `caches`?");
        assert_eq!(near("listener", names.into_iter()), "; there are `cache`, `caches`, `database`");
        assert_eq!(near("x", std::iter::empty()), "");
    }
}
