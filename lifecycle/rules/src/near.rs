//! Which word was meant.

/// Most words that are offered.
const MOST: usize = 3;

/// Of the legal words those that are near enough to `given` to have been meant: the nearest first, three at most.
pub fn meant<'a>(given: &str, legal: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let allowed = match given.chars().count() {
        0..=2 => 0,
        3..=4 => 1,
        5..=9 => 2,
        _ => 3,
    };
    let measured = legal.into_iter().map(|word| (distance(given, word), word));
    let mut near: Vec<_> = measured.filter(|(distance, _)| *distance <= allowed).collect();
    // Stable: of two that are equally near, the one that stands first in the list.
    near.sort_by_key(|(distance, _)| *distance);
    near.dedup();
    near.into_iter().take(MOST).map(|(_, word)| word).collect()
}

/// The legal word nearest to `given`, if it is near enough to have been meant.
pub fn nearest<'a>(given: &str, legal: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    meant(given, legal).first().copied()
}

/// The edit distance: how many letters have to be added, left out or changed to come from `a` to `b`.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, from) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (column, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised() {
        let legal = ["name", "priority", "interval", "tags"];
        assert_eq!(nearest("prioritiy", legal), Some("priority"));
        assert_eq!(nearest("intervall", legal), Some("interval"));
        assert_eq!(nearest("tag", legal), Some("tags"));
        assert_eq!(nearest("retries", legal), None);
        assert_eq!(nearest("x", legal), None);
        assert_eq!(nearest("", legal), None);
    }

    #[test]
    fn several_are_offered_the_nearest_first_and_each_once() {
        assert_eq!(meant("caches", ["cached", "database", "caches", "cached"]), ["caches", "cached"]);
        assert_eq!(meant("cache", ["cacha", "cachb", "cachc", "cachd"]), ["cacha", "cachb", "cachc"]);
    }

    #[test]
    fn distance_counts_letters() {
        let pairs = [("", "abc", 3), ("kitten", "sitting", 3), ("µs", "us", 1), ("cache", "cahce", 2), ("", "", 0)];
        for (a, b, letters) in pairs {
            assert_eq!((distance(a, b), distance(b, a)), (letters, letters), "{a}, {b}");
        }
    }
}
