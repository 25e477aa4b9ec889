//! Options that both fronts refuse, and what they say. A test of the macro crate gives the options to the attributes, a test
//! of the runtime crate gives them to the builder; both include this file.

/// Options, as an attribute has them, and each fault.
pub(crate) type Row = (&'static str, &'static [&'static str]);

/// Of a task.
pub(crate) const TASKS: &[Row] = &[
    ("interval = \"0s\"", &["`interval` is zero; leave it out for a task that runs once"]),
    ("timeout = \"0s\"", &["`timeout` is zero; leave it out for a run without a bound"]),
    ("instances = 0", &["`instances` is zero; leave it out for one copy"]),
    ("jitter = \"1s\"", &["`jitter` needs `interval`; add one, or remove `jitter`"]),
    ("missed = \"burst\"", &["`missed` needs `interval`; add one, or remove `missed`"]),
    (
        "interval = \"5s\", jitter = \"5s\"",
        &["`jitter` of 5s would put ticks in each other's place; make it shorter than the `interval` of 5s"],
    ),
    (
        "interval = \"1s500ms\", jitter = \"1m30s\"",
        &["`jitter` of 1m30s would put ticks in each other's place; make it shorter than the `interval` of 1s500ms"],
    ),
    (
        "interval = \"5s\", critical = true",
        &[
            "`critical` has no meaning with `interval`, since a failed tick never begins shutdown; remove it, or call `Shutdown::request` where it should",
        ],
    ),
    (
        "interval = \"5s\", restart = \"always\"",
        &["`restart` has no meaning with `interval`, since a failed tick is followed by the next one; remove it"],
    ),
    (
        "interval = \"5s\", restart = \"on-failure\", backoff = \"1s..2s\", max_restarts = \"3/1m\"",
        &[
            "`restart` has no meaning with `interval`, since a failed tick is followed by the next one; remove it",
            "`backoff` has no meaning with `interval`, since a failed tick is followed by the next one; remove it",
            "`max_restarts` has no meaning with `interval`, since a failed tick is followed by the next one; remove it",
        ],
    ),
    ("backoff = \"100ms..30s\"", &["`backoff` needs `restart`; add `restart = \"on-failure\"`, or remove `backoff`"]),
    (
        "restart = \"never\", max_restarts = \"5/1m\"",
        &["`max_restarts` needs `restart`; add `restart = \"on-failure\"`, or remove `max_restarts`"],
    ),
    ("restart = \"always\", backoff = \"30s..100ms\"", &["`backoff`: it is upside down; write \"100ms..30s\""]),
    ("backoff = \"30s..100ms\"", &["`backoff`: it is upside down; write \"100ms..30s\""]),
    (
        "restart = \"always\", backoff = \"0s..1s\"",
        &["`backoff`: it begins at zero, and would never grow; begin at \"1ms\" or more"],
    ),
    (
        "restart = \"always\", max_restarts = \"5/0s\"",
        &["`max_restarts`: its time is zero; write over which time to count, like \"5/1m\""],
    ),
    (
        "failure_threshold = 3",
        &["`failure_threshold` needs `interval`: it counts failed ticks; add one, or remove `failure_threshold`"],
    ),
    (
        "interval = \"1s\", failure_threshold = 0",
        &["`failure_threshold` is zero; write how many failed ticks in a row are too many, at least 1"],
    ),
    (
        "on_failure = \"alarm\"",
        &["`on_failure` needs `interval`: it counts failed ticks; add one, or remove `on_failure`"],
    ),
    (
        "interval = \"1s\", on_failure = \"alarm\"",
        &["`on_failure` needs `failure_threshold`: add `failure_threshold = 3`, or remove `on_failure`"],
    ),
    (
        "interval = \"1s\", on_recovery = \"alarm\"",
        &["`on_recovery` needs `failure_threshold`: add `failure_threshold = 3`, or remove `on_recovery`"],
    ),
    ("blocking = true, interval = \"1s\"", &["`blocking` excludes `interval`; remove one of them"]),
    (
        "blocking = true, timeout = \"1s\"",
        &[
            "`timeout` excludes `blocking`: a thread cannot be stopped; remove it, and call `Shutdown::checkpoint` often enough",
        ],
    ),
    (
        "blocking = true, on_shutdown = \"cancel\"",
        &[
            "\"cancel\" excludes `blocking`: a thread cannot be dropped; remove it, and call `Shutdown::checkpoint` often enough",
        ],
    ),
    (
        "blocking = true, backoff = \"1s..2s\"",
        &["`backoff` needs `restart`; add `restart = \"on-failure\"`, or remove `backoff`"],
    ),
    ("name = \"\"", &["`name` is empty; give it at least one letter, or leave it out"]),
    ("name = \"  \"", &["`name` is empty; give it at least one letter, or leave it out"]),
    (
        "name = \"two\\nlines\"",
        &["`name` has a control character in it, which would garble reports; use letters, digits and punctuation"],
    ),
    (
        "tags = [\"a\", \"\", \"a\", \" \"]",
        &[
            "`tags`: a label is empty; give it at least one letter, or leave it out",
            "`tags`: \"a\" is listed twice; keep one of them",
            "`tags`: a label is empty; give it at least one letter, or leave it out",
        ],
    ),
    (
        "tags = [\"\\u{1b}[2J\"]",
        &[
            "`tags`: a label has a control character in it, which would garble reports; use letters, digits and punctuation",
        ],
    ),
];

/// Of a hook of *stop_new_work*.
pub(crate) const HOOKS: &[Row] = &[
    ("timeout = \"0s\"", &["`timeout` is zero; leave it out for a share of the phase"]),
    ("name = \"\"", &["`name` is empty; give it at least one letter, or leave it out"]),
    (
        "name = \"two\\nlines\"",
        &["`name` has a control character in it, which would garble reports; use letters, digits and punctuation"],
    ),
    ("tags = [\"a\", \"a\"]", &["`tags`: \"a\" is listed twice; keep one of them"]),
];

/// Of a resource.
pub(crate) const RESOURCES: &[Row] = &[
    ("open_timeout = \"0s\"", &["`open_timeout` is zero; nothing opens in no time; leave it out for 10 s"]),
    ("close_timeout = \"0s\"", &["`close_timeout` is zero; nothing closes in no time; leave it out for 5 s"]),
    ("name = \"\"", &["`name` is empty; give it at least one letter, or leave it out"]),
    (
        "name = \"two\\nlines\"",
        &["`name` has a control character in it, which would garble reports; use letters, digits and punctuation"],
    ),
    ("tags = [\"\"]", &["`tags`: a label is empty; give it at least one letter, or leave it out"]),
];

/// Of the App itself.
pub(crate) const MAIN: &[Row] = &[
    ("timeout = \"0s\"", &["`timeout` is zero; a shutdown needs time; leave it out for 30 s"]),
    ("worker_threads = 0", &["`worker_threads` is zero; leave it out for one per core"]),
    (
        "phases(force_cleanup = \"0s\")",
        &["`force_cleanup` is zero; resources could not close; give it at least \"1s\""],
    ),
    (
        "timeout = \"10s\", phases(stop_new_work = \"6s\", complete_current = \"6s\")",
        &["the phases add up to 12s, more than the `timeout` of 10s; shorten a phase, or write a longer `timeout`"],
    ),
    (
        "phases(cancel_tasks = \"31s\")",
        &["the phases add up to 31s, more than the usual total of 30s; shorten a phase, or write a longer `timeout`"],
    ),
    (
        "timeout = \"10s\", phases(cancel_tasks = \"10s\")",
        &[
            "the phases use up the whole `timeout` of 10s, and resources could not close; shorten a phase, or write a longer `timeout`",
        ],
    ),
    (
        "timeout = \"1s\", announce = \"2s\"",
        &["the phases add up to 2s, more than the `timeout` of 1s; shorten a phase, or write a longer `timeout`"],
    ),
    (
        "expected = [\"my tasks\"]",
        &["`expected`: the name of a crate has letters, digits, `_` and `-`, as in Cargo.toml"],
    ),
    ("expected = [\"\"]", &["`expected`: the name of a crate has letters, digits, `_` and `-`, as in Cargo.toml"]),
];
