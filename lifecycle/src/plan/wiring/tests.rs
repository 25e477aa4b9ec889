use super::*;

static A: Node = Node::new("a", "x::A", 0, &[Link::to(&B)]);
static B: Node = Node::new("b", "x::B", 0, &[Link::NONE, Link::to(&C)]);
static C: Node = Node::new("c", "x::C", 0, &[Link::to(&D), Link::to(&A)]);
static D: Node = Node::new("d", "x::D", 0, &[]);
static HANGER: Node = Node::new("hanger", "w::Hanger", 0, &[Link::to(&A)]);
static SELF: Node = Node::new("me", "x::Me", 0, &[Link::to(&SELF)]);
static HIGH: Node = Node::new("high", "x::High", 7, &[]);
static LOW: Node = Node::new("low", "x::Low", -3, &[Link::to(&HIGH)]);

/// The message with which the compilation would fail.
fn fault(node: &'static Node) -> Option<String> {
    crate::sys::panics::catch(|| check_resource(Link::to(node))).err()
}

#[test]
fn a_cycle_is_reported_once_with_its_path() {
    let cycle = fault(&A).unwrap();
    assert!(cycle.ends_with("in a cycle: a -> b -> c -> a; one of them must open without the next"), "{cycle}");
    assert!([&B, &C, &D, &HANGER].into_iter().all(|node| fault(node).is_none()));
}

#[test]
fn a_resource_that_needs_itself_is_a_cycle() {
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

/// Names that begin alike, are alike, or end early still have an order.
#[test]
fn nodes_are_ordered_by_name_and_then_by_path() {
    let names = ["", "a", "aa", "database", "database_1", "database_2", "é"];
    for (at, first) in names.iter().enumerate() {
        for (other, second) in names.iter().enumerate() {
            let (first, second) = (Node::new(first, "x", 0, &[]), Node::new(second, "y", 0, &[]));
            assert_eq!(first.is_before(&second), at <= other, "{} {}", first.name, second.name);
        }
    }
    assert!(!A.is_before(&A) && A.is(&A) && !A.is(&B));
}

/// Paths that differ in one place only, near their beginning, near their end, or in their length.
#[test]
fn nodes_of_like_paths_are_told_apart() {
    let paths: Vec<String> = (0..2000)
        .flat_map(|number| [format!("crate::part_{number}::Database"), format!("crate::parts::database_{number}")])
        .chain((0..40).map(|length| "a".repeat(length)))
        .collect();
    let hashes: std::collections::HashSet<u64> = paths.iter().map(|path| hash(path)).collect();
    assert_eq!(hashes.len(), paths.len());
}

#[test]
fn a_rank_is_that_of_the_first_eight_bytes() {
    assert_eq!(rank(""), 0);
    assert_eq!(rank("ab"), 0x6162_0000_0000_0000);
    assert_eq!(rank("abcdefghij"), 0x6162_6364_6566_6768);
}
