//! Names that somebody may have meant.

/// Most edits between two names that are near.
const NEAR: usize = 3;
/// Most names that are listed.
const MOST: usize = 3;

/// "; did you mean `database`?" with the nearest of the names first, or all there are when there are few. Empty:
/// there are none.
pub(crate) fn near<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> String {
    let mut all: Vec<(usize, &str)> = names.map(|other| (distance(name, other), other)).collect();
    all.sort_unstable();
    all.dedup();
    let close = |(edits, other): &&(usize, &str)| *edits <= NEAR.min(name.len().max(other.len()) / 2);
    let meant: Vec<_> = all.iter().filter(close).take(MOST).map(|(_, other)| format!("`{other}`")).collect();
    if !meant.is_empty() {
        return format!("; did you mean {}?", meant.join(" or "));
    }
    let mut listed: Vec<_> = all.iter().take(MOST * 3).map(|(_, other)| format!("`{other}`")).collect();
    listed.sort_unstable();
    match listed.is_empty() {
        true => String::new(),
        false => format!("; there are {}", listed.join(", ")),
    }
}

/// Characters to insert, remove or replace on the way from one to the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, from) in one.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], above + 1);
        for (left, to) in other.iter().enumerate() {
            let replaced = corner + usize::from(from != *to);
            corner = row[left + 1];
            row[left + 1] = replaced.min(corner + 1).min(row[left] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        let pairs = [("", "", 0), ("a", "", 1), ("cache", "cahce", 2), ("cache", "caches", 1), ("abc", "xyz", 3)];
        for (one, other, edits) in pairs {
            assert_eq!((distance(one, other), distance(other, one)), (edits, edits), "{one}, {other}");
        }
    }

    #[test]
    fn near_names_are_offered_and_otherwise_all() {
        let names = ["database", "cache", "caches"];
        assert_eq!(near("databse", names.into_iter()), "; did you mean `database`?");
        assert_eq!(near("cach", names.into_iter()), "; did you mean `cache` or `caches`?");
        assert_eq!(near("listener", names.into_iter()), "; there are `cache`, `caches`, `database`");
        assert_eq!(near("x", std::iter::empty()), "");
    }
}
