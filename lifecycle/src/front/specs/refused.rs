//! What `build()` refuses of a component: what the attributes refuse, by the same rules.

use lifecycle_rules::{Fault, label_faults, name_fault};

use crate::sys::text::escaped;
use crate::words::component::{Kind, Tags};
use crate::words::place::Place;

/// Every fault of a component's name, labels and options, each with the component and its place.
pub(super) fn refused(
    (kind, name, place): (Kind, &str, Place),
    tags: &Tags,
    options: impl IntoIterator<Item = Fault>,
) -> Vec<String> {
    let faults = name_fault(name).into_iter();
    let faults = faults.chain(label_faults(tags.iter().copied()).into_iter().flatten());
    let faults = faults.chain(options.into_iter().map(|fault| fault.text));
    faults.map(|fault| format!("{place}: {kind} `{}`: {fault}", escaped(name))).collect()
}
