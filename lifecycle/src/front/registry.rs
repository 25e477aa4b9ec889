//! What the attributes registered, as far as the linker has kept it.

use std::collections::BTreeSet;

use crate::front::private::{MainDescriptor, Registration};
use crate::plan::parts::{Part, Sort};
use crate::run::drive::assembly::Definition;
use crate::words::place::{Place, crate_of};

use super::specs::{HookSpec, described_resource, described_task};

/// A crate that has to have registered something, and who says so.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub(crate) name: String,
    pub(crate) place: Place,
}

/// Every task, hook and resource, in an order that does not depend on the linker's.
pub(crate) fn definitions() -> Vec<Definition> {
    let mut definitions: Vec<Definition> = registrations()
        .flat_map(|registration| match registration {
            Registration::Task(task) => described_task(task),
            Registration::Hook(hook) => vec![HookSpec::from(*hook).definition()],
            Registration::Resource(resource) => vec![described_resource(resource)],
            Registration::Main(_) => Vec::new(),
        })
        .collect();
    definitions.sort_by(|a, b| order(&a.part).cmp(&order(&b.part)));
    definitions
}

/// Every function under `#[lifecycle::main]`: one in a program, and none or several in a test of one.
pub(crate) fn mains() -> Vec<&'static MainDescriptor> {
    let main = |registration: &'static Registration| match registration {
        Registration::Main(main) => Some(*main),
        _ => None,
    };
    registrations().filter_map(main).collect()
}

/// A fault for each crate that has registered nothing.
pub(crate) fn missing(expected: &[Expected]) -> Vec<String> {
    let crates: BTreeSet<&str> = registrations().map(|registration| crate_of(module(registration))).collect();
    let fault = |expected: &Expected| {
        let name = expected.name.replace('-', "_");
        let known = match crates.len() {
            0 => "no crate has registered anything".to_owned(),
            _ => format!("registered are: {}", Vec::from_iter(crates.iter().copied()).join(", ")),
        };
        (!crates.contains(&*name)).then(|| {
            format!(
                "{}: crate `{name}` has registered nothing, though it is expected: the linker leaves out a crate that the program does not name; add `use {name} as _;` to it ({known})",
                expected.place
            )
        })
    };
    expected.iter().filter_map(fault).collect()
}

fn registrations() -> impl Iterator<Item = &'static Registration> {
    inventory::iter::<Registration>.into_iter()
}

fn module(registration: &Registration) -> &'static str {
    match registration {
        Registration::Task(task) => task.place.module,
        Registration::Hook(hook) => hook.place.module,
        Registration::Resource(resource) => resource.place.module,
        Registration::Main(main) => main.place.module,
    }
}

/// Resources, tasks, hooks; in each, by place in the code.
fn order(part: &Part) -> (u8, &'static str, u32, &str) {
    let kind = match part.sort {
        Sort::Main { .. } => 0,
        Sort::Resource { .. } => 1,
        Sort::Task(_) => 2,
        Sort::Hook(_) => 3,
    };
    (kind, part.place.file, part.place.line, &part.name)
}
