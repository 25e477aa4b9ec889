use crate::resource::attribute as resource;
use crate::testing::{accepts, refuses};

const PLAIN: &str = "pub struct HttpPool { inner: Pool }";

#[test]
fn each_option_reaches_the_descriptor() {
    for (args, expected) in [
        ("", "(\"http_pool\" , :: core :: concat"),
        ("name = \"x\"", "(\"x\" , :: core :: concat"),
        ("", "= & __lifecycle :: open_default :: < HttpPool > ()"),
        ("open = \"connect\"", "open_by :: < HttpPool , _ , _ , _ , _ , _ > (< HttpPool > :: connect)"),
        ("open = \"Self::connect\"", "(HttpPool :: connect)"),
        ("open = db::connect", "(db :: connect)"),
        ("open = Self::connect", "(HttpPool :: connect)"),
        ("open = || Self::default()", "(| | HttpPool :: default ())"),
        (
            "open = |a: Res<A>, b: Res<B>| async { }, priority = 2",
            "(2i32 , & []) , __lifecycle :: ResourceSettings :: DEFAULT",
        ),
        ("", "__lifecycle :: Closer :: Drop"),
        ("close = drop", "Closer :: Drop"),
        ("close = \"end\"", "Closer :: Owned (__lifecycle_close)"),
        ("close = \"end\"", "Some (this . end ())"),
        ("close = \"end\", shared = true", "Closer :: Shared (__lifecycle_close)"),
        ("close = a::end, shared = true", "kind . call_shared (this , a :: end)"),
        ("close = \"a::end\"", "kind . call (& mut this , a :: end)"),
        ("close = |it| it.inner.end()", "let mut it = this ;"),
        ("close = |it| { it.inner.end() }", "Some (it . inner . end ())"),
        ("close = |it: &Self| it.end()", "let it : & HttpPool = & this ;"),
        ("close = |it: &mut Self| it.end()", "let it : & mut HttpPool = & mut this ;"),
        ("close = |it: Self| it.end()", "let it : HttpPool = this ;"),
        ("close = |it| { it.end()?; Ok(()) }", "(| | { it . end () ? ; Ok (()) }) ()"),
        ("close = async |it| it.end()", "(async | | it . end ()) ()"),
        ("close = |it| it.end(), shared = true", "let it = this ;"),
        ("blocking = true", "settings . blocking = true"),
        ("open_timeout = \"1s\"", "settings . open_timeout = __lifecycle :: Option :: Some"),
        ("close_timeout = \"1s\"", "settings . close_timeout = __lifecycle :: Option :: Some"),
        ("tags = [\"a\"]", "(0i32 , & [\"a\"])"),
        ("crate = a", "use a :: __private as __lifecycle"),
    ] {
        let made = accepts(resource, args, PLAIN);
        assert!(made.contains(expected), "{args}: {expected} is not in {made}");
    }
}

#[test]
fn enums_and_tuple_structs_are_resources_too() {
    accepts(resource, "", "enum State { #[default] A, B }");
    accepts(resource, "", "struct State(Pool) where Pool: Send;");
    assert!(accepts(resource, "", "struct r#Type;").contains("(\"type\" , :: core"));
}

#[test]
fn faults_are_told_on_the_spot() {
    for (args, words) in [
        ("open = 5", "`open` takes the name of an associated fn"),
        ("open = \"a b\"", "neither a name nor a path"),
        ("open = \"\"", "neither a name nor a path"),
        ("open = \"fn\"", "`fn` is a keyword"),
        ("close = \"drop\"", "write `close = drop`"),
        ("close = || ()", "the closure has 0 parameters; write one"),
        ("close = |a, b| ()", "the closure has 2 parameters"),
        ("close = end()", "`close` takes the name of a method"),
        ("shared = true", "`shared` needs `close`"),
        ("shared = true, close = drop", "`shared` needs `close`"),
        ("shared = true, close = |it: &mut Self| ()", "gets a reference, not `&mut Self`"),
        ("shared = true, close = 5", "`close` takes"),
        ("shared = 1", "`shared` takes `true` or `false`"),
        ("open_timeout = \"0s\"", "`open_timeout` is zero"),
        ("close_timeout = \"0s\"", "`close_timeout` is zero"),
        ("opn = \"x\"", "did you mean `open`?"),
    ] {
        refuses(resource, args, PLAIN, &[words]);
    }
    for (item, words) in [
        ("struct Store<T>(T);", "cannot be generic"),
        ("struct Store<'a>(&'a u8);", "cannot be generic"),
        ("union Store { a: u8 }", "it stands on a `union`"),
        ("fn store() {}", "it stands on a `fn`"),
    ] {
        refuses(resource, "", item, &[words]);
    }
    refuses(
        resource,
        "open = 1, close = 2, priority = x",
        "struct Store<T>(T);",
        &["open", "close", "priority", "generic"],
    );
}

/// What asks for the resource is not at fault as well.
#[test]
fn a_faulty_resource_is_still_a_resource() {
    let made = crate::testing::run(resource, "opn = 1", PLAIN).to_string();
    assert!(made.contains("impl __lifecycle :: Resource for HttpPool { }"), "{made}");
}
