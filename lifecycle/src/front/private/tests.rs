//! The compiler evaluates what an expansion leaves behind. Here the same is made at run time, and looked at.

use std::sync::Arc;

use super::*;
use crate::Shutdown;

#[derive(Default)]
struct Store(u8);

impl Resource for Store {}

struct Index;

impl Resource for Index {}

async fn open_index(_: Res<Store>, _: Shutdown) -> Result<Index, String> {
    Ok(Index)
}

fn describe(name: &'static str, open: &'static Opening<dyn Open>) -> &'static ResourceDescriptor {
    let (place, settings) = (Origin::new(file!(), line!(), column!(), module_path!()), ResourceSettings::DEFAULT);
    let key = TypeKey::of::<Store>;
    Box::leak(Box::new(ResourceDescriptor::new((name, name), place, (7, &["data"]), settings, key, open, Closer::Drop)))
}

#[test]
fn a_descriptor_keeps_what_the_attribute_says_and_links_to_its_node() {
    let descriptor = describe("store", Box::leak(Box::new(open_default::<Store>())));
    assert_eq!((descriptor.name(), descriptor.priority(), descriptor.tags), ("store", 7, ["data"].as_slice()));
    assert!(descriptor.place.place.file.ends_with("tests.rs") && descriptor.place.module.ends_with("private::tests"));
    let node = descriptor.link().get().expect("a node");
    assert_eq!((node.name(), node.priority()), ("store", 7));
}

/// The same three by which an expansion opens: `Default`, a function, a closure.
#[test]
fn an_opening_tells_what_its_parameters_need() {
    let plain = open_default::<Store>();
    assert_eq!((plain.open.needs(), plain.open.takes_shutdown(), plain.links.len()), (vec![], false, 0));

    let key = TypeKey::of::<Store>();
    let function = open_by::<Index, _, _, _, _, _>(open_index);
    assert_eq!((function.open.needs(), function.open.takes_shutdown()), (vec![key], true));
    assert_eq!(function.links.len(), 2);

    let closure = open_with::<Index, _, _>(opener(|_: Res<Store>| Index));
    assert_eq!((closure.open.needs(), closure.open.takes_shutdown()), (vec![key], false));
    assert_eq!(closure.links.len(), 1);
}

#[test]
fn a_resource_comes_back_as_itself_once_it_is_held_nowhere_else() {
    let value: AnyArc = Arc::new(Store(9));
    let held = value.clone();
    let value = open_owned::<Store>(value).expect_err("it is held");
    drop(held);
    let value = open_owned::<Store>(value).expect("it is free");
    assert_eq!(owned::<Store>(value).0, 9);
    let other: AnyArc = Arc::new(Index);
    assert!(open_owned::<Store>(other).is_err(), "it is something else");
}

/// What kind of parameter a function takes, as an expansion asks.
macro_rules! kind {
    ($function:expr) => {
        (&&&ClosePath::<Store, _>::new($function)).kind()
    };
}

#[test]
fn the_way_to_a_function_is_found_by_what_it_takes() {
    let mut store = Some(Store(1));
    let by_ref: close_path::TakesRef = kind!(|_: &Store| ());
    assert_eq!(by_ref.call(&mut store, |store: &Store| store.0), 1);
    let by_mut: close_path::TakesMut = kind!(|_: &mut Store| ());
    by_mut.call(&mut store, |store: &mut Store| store.0 += 1);
    let by_value: close_path::TakesValue = kind!(|_: Store| ());
    assert_eq!(by_value.call(&mut store, |store: Store| store.0), 2);
    assert!(store.is_none(), "it was handed over");
    // Its `call` asks for what nothing implements, and the compiler's message says what would have fitted.
    let _: close_path::TakesOther = kind!(|_: Index| ());
}
