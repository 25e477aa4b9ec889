use std::borrow::Cow;
use std::collections::BTreeSet;

use super::*;
use crate::words::component::{HookSettings, ResourceSettings, TypeKey};
use crate::words::place::Place;
use crate::words::task::TaskSettings;

struct A;
struct B;
struct C;
struct D;

fn part(name: &str, priority: i32, needs: Vec<TypeKey>, sort: Sort) -> Part {
    Part {
        name: name.to_owned(),
        place: Place::new("src/wiring.rs", 7, 1),
        module: None,
        priority,
        tags: Cow::Borrowed(&[]),
        needs,
        sort,
    }
}

fn resource<T: 'static>(name: &str, priority: i32, needs: Vec<TypeKey>) -> Part {
    let sort = Sort::Resource { key: TypeKey::of::<T>(), settings: ResourceSettings::DEFAULT, hears: false };
    part(name, priority, needs, sort)
}

fn task(name: &str, needs: Vec<TypeKey>) -> Part {
    part(name, 0, needs, Sort::Task(TaskSettings::DEFAULT))
}

fn faults(parts: Vec<Part>) -> Vec<String> {
    Plan::new(Parts(parts), Budget::default()).unwrap_err().iter().map(ToString::to_string).collect()
}

fn close_stages(parts: Vec<Part>) -> Vec<usize> {
    let plan = Plan::new(Parts(parts), Budget::default()).unwrap();
    plan.resources().map(|(_, resource)| resource.close_stage).collect()
}

fn key<T: 'static>() -> TypeKey {
    TypeKey::of::<T>()
}

#[test]
fn users_close_before_what_they_use_and_independent_ones_together() {
    let diamond = vec![
        resource::<A>("a", 0, vec![]),
        resource::<B>("b", 0, vec![key::<A>()]),
        resource::<C>("c", 0, vec![key::<A>()]),
        resource::<D>("d", 0, vec![key::<B>(), key::<C>()]),
    ];
    assert_eq!(close_stages(diamond), [2, 1, 1, 0]);
}

#[test]
fn without_resources_there_is_no_step_in_which_they_close() {
    assert_eq!(Plan::new(Parts(vec![task("job", vec![])]), Budget::default()).unwrap().close_stages, 0);
}

#[test]
fn a_lower_priority_closes_after_all_higher_ones() {
    let parts = vec![
        resource::<A>("telemetry", -10, vec![]),
        resource::<B>("db", 0, vec![]),
        resource::<C>("cache", 10, vec![key::<B>()]),
        resource::<D>("queue", 0, vec![key::<A>()]),
    ];
    assert_eq!(close_stages(parts), [2, 1, 0, 1]);
}

#[test]
fn all_faults_are_listed_at_once_with_their_places() {
    let found = faults(vec![
        resource::<A>("a", 0, vec![key::<B>()]),
        resource::<B>("b", 0, vec![key::<A>()]),
        task("job", vec![key::<C>()]),
        task("job", vec![]),
    ]);
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found[0].starts_with("src/wiring.rs:7: 2 components are named `job` (task, task)"), "{}", found[0]);
    assert!(found[1].contains("task `job` takes `Res<C>`, but no resource"), "{}", found[1]);
    assert!(found[2].contains("in a cycle: a -> b -> a"), "{}", found[2]);
}

#[test]
fn a_resource_that_only_hangs_on_a_cycle_is_not_reported_as_one() {
    let found = faults(vec![
        resource::<A>("a", 0, vec![key::<B>()]),
        resource::<B>("b", 0, vec![key::<A>()]),
        resource::<C>("c", 0, vec![key::<A>()]),
    ]);
    assert_eq!(found.len(), 1, "{found:#?}");
}

#[test]
fn a_priority_against_the_wiring_is_refused() {
    let found = faults(vec![resource::<A>("db", 5, vec![]), resource::<B>("cache", 0, vec![key::<A>()])]);
    assert!(found[0].contains("`db` has priority 5, so it would close before `cache` (priority 0)"), "{}", found[0]);
}

#[test]
fn two_resources_of_one_type_are_refused() {
    let found = faults(vec![resource::<A>("one", 0, vec![]), resource::<A>("two", 0, vec![])]);
    assert!(found[0].contains("`one` and `two` are both of type"), "{}", found[0]);
}

#[test]
fn a_close_timeout_beyond_the_reserve_is_refused() {
    let mut slow = resource::<A>("slow", 0, vec![]);
    let Sort::Resource { settings, .. } = &mut slow.sort else { unreachable!() };
    settings.close_timeout = Some(Duration::from_secs(6));
    let found = faults(vec![slow]);
    assert!(found[0].contains("`slow` may take 6s to close, but force_cleanup has only 5s"), "{}", found[0]);
}

#[test]
fn ten_thousand_resources_in_a_chain_are_ordered_quickly() {
    // One type per resource cannot be written by hand: the graph is built directly.
    let count = 10_000;
    let parts = Parts((0..count).map(|at| resource::<A>(&at.to_string(), 0, vec![])).collect());
    let graph = check::Graph {
        needs: (0..count).map(|at| if at == 0 { vec![] } else { vec![at - 1] }).collect(),
        users: (0..count).map(|at| if at + 1 == count { vec![] } else { vec![at + 1] }).collect(),
    };
    let stages = close_order::stages(&parts, &graph);
    assert!(stages.iter().enumerate().all(|(at, stage)| *stage == count - 1 - at));
}

#[test]
fn users_and_needs_are_followed_as_far_as_they_go() {
    let key = TypeKey::of::<A>;
    let hook = HookSettings::new(Phase::Announce);
    let plan = Plan::new(
        Parts(vec![
            resource::<A>("a", 0, vec![]),
            resource::<B>("b", 0, vec![key()]),
            task("t", vec![TypeKey::of::<B>()]),
            task("u", vec![key()]),
            resource::<C>("c", 0, vec![]),
            part("h", 0, vec![key()], Sort::Hook(hook)),
        ]),
        Budget::default(),
    )
    .unwrap();
    let set = |ids: &[Id]| ids.iter().copied().collect::<BTreeSet<Id>>();
    assert_eq!(plan.users(0).collect::<Vec<_>>(), [1, 3], "a hook runs at the end alone");
    assert_eq!(plan.dependents(&set(&[0])), set(&[1, 2, 3]));
    assert_eq!(plan.dependents(&set(&[1, 4])), set(&[2]));
    assert_eq!(plan.requirements(&set(&[2])), set(&[0, 1]));
    assert_eq!(plan.requirements(&set(&[0, 4])), set(&[]));
}
