use super::*;

static A: Node = Node { name: "a", id: "x::A", priority: 0, needs: &[Link::to(&B)] };
static B: Node = Node { name: "b", id: "x::B", priority: 0, needs: &[Link::NONE, Link::to(&C)] };
static C: Node = Node { name: "c", id: "x::C", priority: 0, needs: &[Link::to(&D), Link::to(&A)] };
static D: Node = Node { name: "d", id: "x::D", priority: 0, needs: &[] };
static HANGER: Node = Node { name: "hanger", id: "w::Hanger", priority: 0, needs: &[Link::to(&A)] };
static SELF: Node = Node { name: "me", id: "x::Me", priority: 0, needs: &[Link::to(&SELF)] };
static HIGH: Node = Node { name: "high", id: "x::High", priority: 7, needs: &[] };
static LOW: Node = Node { name: "low", id: "x::Low", priority: -3, needs: &[Link::to(&HIGH)] };

/// The message with which the compilation would fail.
fn fault(node: &'static Node) -> Option<String> {
    crate::run::panics::catch(|| check_resource(Link::to(node))).err()
}

#[test]
fn a_circle_is_reported_once_with_its_path() {
    let circle = fault(&A).unwrap();
    assert!(circle.ends_with("in a circle: a -> b -> c -> a; one of them must open without the next"), "{circle}");
    assert!([&B, &C, &D, &HANGER].into_iter().all(|node| fault(node).is_none()));
}

#[test]
fn a_resource_that_needs_itself_is_a_circle() {
    assert!(fault(&SELF).unwrap().contains("me -> me"));
}

#[test]
fn a_priority_against_the_wiring_says_what_to_change() {
    let against = fault(&LOW).unwrap();
    assert!(against.contains("`high` has priority 7, so it would close before `low` (priority -3)"), "{against}");
    assert!(fault(&HIGH).is_none());
}

/// What cannot be followed is checked when the program starts.
#[test]
fn a_resource_without_a_node_is_left_alone() {
    check_resource(Link::NONE);
}
