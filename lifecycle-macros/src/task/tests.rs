use crate::task::attribute as task;
use crate::testing::{accepts, faults, refuses, run};

const PLAIN: &str = "async fn flush(db: Res<Database>) -> Result<(), String> { Ok(()) }";

#[test]
fn each_option_reaches_the_settings() {
    for (args, expected) in [
        ("", "name : \"flush\""),
        ("name = \"x y\"", "name : \"x y\""),
        ("priority = 7", "priority : 7i32 ,"),
        ("priority = -7", "priority : - 7i32 ,"),
        (
            "interval = \"1.5s\"",
            "TaskKind :: Periodic (__lifecycle :: Periodic :: every (__lifecycle :: Duration :: new (1u64 , 500000000u32)))",
        ),
        ("initial_delay = \"2s\"", "settings . initial_delay = __lifecycle :: Duration :: new (2u64 , 0u32)"),
        ("interval = \"5s\", jitter = \"2s\"", "settings . jitter = __lifecycle :: Duration :: new (2u64 , 0u32)"),
        ("interval = \"5s\", missed = \"burst\"", "settings . missed = __lifecycle :: Missed :: Burst"),
        ("timeout = \"3s\"", "settings . timeout = __lifecycle :: Option :: Some"),
        ("on_shutdown = \"cancel\"", "OnShutdown :: Cancel"),
        ("on_shutdown = \"fail\"", "OnShutdown :: Fail"),
        ("stop_timeout = \"0s\"", "settings . stop_timeout = __lifecycle :: Option :: Some"),
        ("critical = false", "settings . critical = false"),
        ("local = true", "settings . local = true"),
        ("local = true, interval = \"5s\"", "settings . local = true"),
        ("local = false", "TaskSettings :: DEFAULT"),
        ("tags = [\"a\", \"b\",]", "tags : & [\"a\" , \"b\"] ,"),
        ("crate = my::lib", "use my :: lib :: __private as __lifecycle"),
        ("crate = \"my::lib\"", "use my :: lib :: __private as __lifecycle"),
        ("crate = ::renamed,", "use :: renamed :: __private as __lifecycle"),
        (
            "restart = \"never\", blocking = false, instances = 1",
            "instances : 1usize , settings : __lifecycle :: TaskSettings :: DEFAULT ,",
        ),
        (
            "interval = \"5s\", critical = false",
            "settings : __lifecycle :: TaskSettings :: new (__lifecycle :: TaskKind :: Periodic",
        ),
    ] {
        let made = accepts(task, args, PLAIN);
        assert!(made.contains(expected), "{args}: {expected} is not in {made}");
    }
}

#[test]
fn the_function_stays_as_it_is() {
    let item = "#[doc = \"x\"] pub(crate) async fn flush(mut db: Res<Database>, _: Shutdown) { broken body here }";
    let tokens = run(task, "", item);
    let item: proc_macro2::TokenStream = item.parse().unwrap();
    assert!(tokens.to_string().starts_with(&item.to_string()));
}

#[test]
fn a_raw_name_is_called_raw_and_shown_plain() {
    let made = accepts(task, "", "async fn r#type() {}");
    assert!(made.contains("name : \"type\"") && made.contains("r#type ()"), "{made}");
}

#[test]
fn conditions_and_allowances_apply_to_the_registration() {
    let item = "#[cfg(unix)] #[allow(deprecated)] #[inline] async fn flush(#[cfg(unix)] s: Shutdown) {}";
    let made = accepts(task, "", item);
    assert!(made.contains("# [cfg (unix)] # [allow (deprecated)] const _"), "{made}");
    assert!(made.contains("(# [cfg (unix)] < __lifecycle :: Inferred < _ > as"), "{made}");
}

#[test]
fn a_value_of_the_wrong_kind_is_told_the_right_one() {
    for (args, words) in [
        ("interval = 30", "`interval` takes a duration in quotes; write `interval = \"30s\"`"),
        ("interval = 30s", "a duration stands in quotes; write \"30s\""),
        ("interval = \"30\"", "`30` has no unit"),
        ("interval = \"0s\"", "`interval` is zero"),
        ("timeout = \"0ms\"", "`timeout` is zero"),
        ("priority = \"5\"", "`priority` takes an integer; write `priority = 5`"),
        ("priority = 3000000000", "`3000000000` is no `i32`"),
        ("priority = 5u8", "it is a `i32`; write `5`"),
        ("priority = 1 + 1", "`priority` takes an integer"),
        ("critical = \"no\"", "`critical` takes `true` or `false`"),
        ("name = health", "`name` takes a string"),
        ("name = \"\"", "`name` is empty"),
        ("name = \"a\\nb\"", "control character"),
        ("interval = \"1s\", missed = \"skipp\"", "did you mean \"skip\"?"),
        ("on_shutdown = \"abort\"", "legal: \"finish\", \"cancel\""),
        ("tags = \"a\"", "`tags` takes a list of strings; write `tags = [\"db\"]`"),
        ("tags = [1]", "a label is a string"),
        ("tags = [\"a\", \"a\"]", "listed twice"),
        ("tags = [\"\"]", "a label is empty"),
        ("crate = 5", "`crate` takes the path of the runtime crate"),
        ("crate = a::<b>", "is not the path of a crate; write it like `::lifecycle`"),
        ("crate = ::Self", "`::Self` is not the path of a crate"),
        ("crate = \"a b\"", "`a b` is not the path of a crate"),
    ] {
        refuses(task, args, PLAIN, &[words]);
    }
}

#[test]
fn a_list_that_is_no_list_of_options_is_told_so() {
    for (args, words) in [
        (
            "prioritiy = 5",
            "unknown option `prioritiy` for #[cooperative_task]; did you mean `priority`? legal: name, priority, interval",
        ),
        ("every = \"5s\"", "unknown option `every` for #[cooperative_task]; legal: name,"),
        ("priority = 1, priority = 2", "`priority` is given twice"),
        ("\"flush\"", "expected an option, `key = value`"),
        (", priority = 1", "expected an option"),
        ("critical", "`critical` has no value; write `critical = false`"),
        ("interval(\"5s\")", "`interval` has no value; write `interval = \"30s\"`"),
        ("interval =", "`interval` has no value"),
        ("interval = , priority = 1", "`interval` has no value"),
        ("interval = ?", "`interval`: "),
        ("priority = 1 name = \"x\"", "expected `,` between options"),
    ] {
        refuses(task, args, PLAIN, &[words]);
    }
}

#[test]
fn options_that_need_or_exclude_each_other_are_checked() {
    for (args, words) in [
        ("missed = \"skip\"", "`missed` needs `interval`"),
        ("jitter = \"1s\"", "`jitter` needs `interval`"),
        ("interval = \"5s\", jitter = \"5s\"", "make it shorter than the `interval` of 5s"),
        ("interval = \"5s\", critical = true", "never begins shutdown"),
        ("interval = \"5s\", blocking = true", "`blocking` excludes `interval`"),
    ] {
        let item = if args.contains("blocking") { "fn flush() {}" } else { PLAIN };
        refuses(task, args, item, &[words]);
    }
    refuses(task, "interval = \"x\", jitter = \"1s\", missed = \"skip\"", PLAIN, &["not a duration"]);
}

/// A misspelt option is one fault: what needs it is not at fault as well.
#[test]
fn a_misspelt_interval_is_not_missing() {
    refuses(task, "intervall = \"5s\", jitter = \"1s\"", PLAIN, &["did you mean `interval`?"]);
}

#[test]
fn what_watches_over_a_task_is_checked() {
    for (args, words) in [
        ("restart = \"sometimes\"", "there is no \"sometimes\"; legal: \"never\", \"on-failure\", \"always\""),
        ("restart = \"always\", interval = \"1s\"", "`restart` has no meaning with `interval`"),
        ("backoff = \"100ms..30s\"", "`backoff` needs `restart`"),
        ("backoff = \"30s..100ms\"", "it is upside down; write \"100ms..30s\""),
        ("backoff = \"0s..1s\"", "it begins at zero"),
        ("backoff = \"1s\"", "no `..`"),
        ("backoff = \"1s..x\"", "`x` is not a duration"),
        ("max_restarts = \"5/1m\", restart = \"never\"", "`max_restarts` needs `restart`"),
        ("max_restarts = \"5\"", "no `/`"),
        ("max_restarts = \"x/1m\"", "`x` is not a count"),
        ("max_restarts = \"5/0s\"", "its time is zero"),
        ("instances = 0", "`instances` is zero"),
        ("instances = -1", "`-1` is no `usize`"),
        ("failure_threshold = 3", "`failure_threshold` needs `interval`"),
        ("interval = \"1s\", failure_threshold = 0", "`failure_threshold` is zero"),
        ("interval = \"1s\", on_failure = \"alarm\"", "`on_failure` needs `failure_threshold`"),
        ("interval = \"1s\", on_failure = \"a b\"", "is not the name of a function"),
        ("blocking = true", "`blocking` is for a sync `fn`; remove `async`"),
    ] {
        refuses(task, args, PLAIN, &[words]);
    }
    let sync = "fn flush() {}";
    refuses(task, "blocking = true, timeout = \"1s\"", sync, &["`timeout` excludes `blocking`"]);
    refuses(task, "blocking = true, local = true", sync, &["`local` excludes `blocking`"]);
    refuses(task, "blocking = true, on_shutdown = \"cancel\"", sync, &["\"cancel\" excludes `blocking`"]);
}

#[test]
fn what_watches_over_a_task_reaches_the_registration() {
    for (args, item, expected) in [
        ("", PLAIN, "instances : 1usize , settings : __lifecycle :: TaskSettings :: DEFAULT ,"),
        ("restart = \"on-failure\"", PLAIN, "RestartPolicy { always : false ,"),
        (
            "restart = \"always\", backoff = \"1s..2s\"",
            PLAIN,
            "shortest : __lifecycle :: Duration :: new (1u64 , 0u32)",
        ),
        ("restart = \"always\", max_restarts = \"3/10s\"", PLAIN, "restarts : 3u32"),
        ("instances = 4", PLAIN, "instances : 4usize"),
        ("interval = \"1s\", failure_threshold = 3", PLAIN, "Option :: Some (3u32)"),
        (
            "interval = \"1s\", failure_threshold = 3, on_failure = \"a::alarm\"",
            PLAIN,
            "action :: < flush , _ , _ , _ > (ask , a :: alarm)",
        ),
        ("restart = \"always\"", PLAIN, "RestartPolicy { always : true ,"),
        ("blocking = true", "fn flush() {}", "TaskKind :: Blocking (__lifecycle :: Blocking :: DEFAULT)"),
        ("blocking = true, on_shutdown = \"finish\"", "fn flush() {}", "BlockingOnShutdown :: Finish"),
        ("blocking = true", "fn flush(s: Shutdown) {}", "begin (ask , | a0 , | async move { flush (a0 ,) }"),
    ] {
        let made = accepts(task, args, item);
        assert!(made.contains(expected), "{args}: {expected} is not in {made}");
    }
}

#[test]
fn a_function_that_cannot_be_called_is_refused() {
    for (item, words) in [
        ("fn flush() {}", "add `async`"),
        ("async unsafe fn flush() {}", "cannot be an `unsafe fn`"),
        ("async extern \"C\" fn flush() {}", "cannot be an `extern` fn"),
        ("const async fn flush() {}", "cannot be a `const fn`"),
        ("async fn flush<T>() {}", "cannot be generic"),
        ("async fn flush<'a>() {}", "cannot be generic"),
        ("async fn flush<const N: usize>() {}", "cannot be generic"),
        ("async fn flush(db: &Res<Database>) {}", "not as `&Res<Database>`; write `Res<Database>`"),
        ("async fn flush(db: &str) {}", "not as `&str`; take `Res<T>`"),
        ("async fn flush(db: impl Clone) {}", "`impl Clone` names no type"),
        ("async fn flush(&self) {}", "put `#[lifecycle::component]` on the impl block"),
        ("async fn flush() -> ! { loop {} }", "it returns `!`"),
        ("async fn flush();", "it has no body"),
        ("struct Flush;", "it stands on a `struct`; put it on an `async fn`"),
        ("impl Flush {}", "it stands on an `impl`"),
    ] {
        refuses(task, "", item, &[words]);
    }
    refuses(
        task,
        "",
        "unsafe extern \"C\" fn flush(n: u8, ...) {}",
        &["unsafe", "ABI", "variable number", "add `async`"],
    );
}

#[test]
fn all_faults_are_found_in_one_run() {
    let args = "prioritiy = 1, interval = \"0s\", jitter = 5, missed = \"x\", name = \"\", timeout = \"0s\", restart = \"always\", critical = true, tags = [1, 2]";
    let item = "unsafe fn flush<T>(a: &str, b: impl Clone) {}";
    let found = faults(run(task, args, item));
    assert_eq!(found.len(), 15, "{found:#?}");
    assert!(found.iter().all(|fault| fault.starts_with("task `flush`: ")), "{found:#?}");
}

/// Its future stays on one thread, so it is not asked for `Send`.
#[test]
fn a_local_task_is_not_asked_for_send() {
    let made = accepts(task, "local = true", PLAIN);
    assert!(made.contains("answer_here") && !made.contains("TaskSends"), "{made}");
    let made = accepts(task, "local = false", PLAIN);
    assert!(!made.contains("answer_here") && made.contains("TaskSends"), "{made}");
}
