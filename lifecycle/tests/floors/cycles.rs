//! Files that use each other in a cycle.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources::Use;

/// Each file that is reached again from what it uses, with what it uses of the same cycle.
pub(crate) fn cycles(uses: &BTreeSet<Use>) -> BTreeMap<String, Vec<String>> {
    let mut used_by: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for Use { file, used } in uses {
        used_by.entry(file).or_default().insert(used);
    }
    let reach: BTreeMap<&str, BTreeSet<&str>> = used_by.keys().map(|file| (*file, reached(file, &used_by))).collect();
    let in_cycles = reach.iter().filter(|(file, reached)| reached.contains(*file)).map(|(file, _)| *file);
    let leads_back = |used: &str, file: &str| reach.get(used).is_some_and(|reached| reached.contains(file));
    in_cycles
        .map(|file| {
            let used = used_by[file].iter().filter(|used| leads_back(used, file));
            (file.to_owned(), used.map(ToString::to_string).collect())
        })
        .collect()
}

fn reached<'a>(file: &'a str, used_by: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next = vec![file];
    while let Some(file) = next.pop() {
        next.extend(used_by.get(file).into_iter().flatten().filter(|used| reached.insert(**used)));
    }
    reached
}
