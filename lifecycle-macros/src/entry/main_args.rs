//! The options of `#[lifecycle::main]`, each with its place.

use std::time::Duration;

use lifecycle_rules::budget;
use proc_macro2::TokenStream;

use crate::crate_path::CratePath;
use crate::diag::Diag;
use crate::options::{Key, Options, Value, Vocabulary};
use crate::setting::Setting;

/// Which runtime is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavor {
    MultiThread,
    CurrentThread,
}

/// What a shutdown does to `main` while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnShutdown {
    Cancel,
    Fail,
}

const VOCABULARY: Vocabulary = Vocabulary {
    attribute: "#[lifecycle::main]",
    keys: &[
        Key { name: "timeout", example: "\"30s\"" },
        Key { name: "flavor", example: "\"multi_thread\"" },
        Key { name: "worker_threads", example: "4" },
        Key { name: "phases", example: "(stop_new_work = \"2s\")" },
        Key { name: "announce", example: "\"5s\"" },
        Key { name: "on_shutdown", example: "\"cancel\"" },
        Key { name: "expected", example: "[\"my_tasks\"]" },
        Key { name: "unstoppable", example: "true" },
        Key { name: "traced", example: "false" },
        Key { name: "crate", example: "::lifecycle" },
    ],
};

const PHASES: Vocabulary = Vocabulary {
    attribute: "`phases` of #[lifecycle::main]",
    keys: &[
        Key { name: "announce", example: "\"5s\"" },
        Key { name: "stop_new_work", example: "\"2s\"" },
        Key { name: "complete_current", example: "\"8s\"" },
        Key { name: "cancel_tasks", example: "\"15s\"" },
        Key { name: "force_cleanup", example: "\"5s\"" },
    ],
};

/// The budgets that were given.
#[derive(Default)]
pub(super) struct Phases {
    pub(super) announce: Option<Setting<Duration>>,
    pub(super) stop_new_work: Option<Setting<Duration>>,
    pub(super) complete_current: Option<Setting<Duration>>,
    pub(super) cancel_tasks: Option<Setting<Duration>>,
    pub(super) force_cleanup: Option<Setting<Duration>>,
}

/// The options that were given and could be read.
pub(super) struct Args {
    pub(super) timeout: Option<Setting<Duration>>,
    pub(super) flavor: Option<Setting<Flavor>>,
    pub(super) worker_threads: Option<Setting<usize>>,
    pub(super) phases: Phases,
    pub(super) on_shutdown: Option<Setting<OnShutdown>>,
    /// Crates that have to have registered something.
    pub(super) expected: Vec<String>,
    /// Whether a loop that nothing interrupts is meant.
    pub(super) unstoppable: bool,
    /// Whether the `.await`s of the body are marked.
    pub(super) traced: bool,
    pub(super) krate: CratePath,
    /// Whether all budgets could be read, so that it makes sense to add them up.
    pub(super) budgets_are_known: bool,
}

impl Args {
    pub(super) fn read(tokens: TokenStream, diag: &mut Diag) -> Self {
        let mut options = Options::parse(tokens, &VOCABULARY, diag);
        let (o, d) = (&mut options, diag);
        let (has_timeout, has_announce) = (o.has("timeout"), o.has("announce"));
        let timeout = o.duration_by("timeout", budget::total_fault, d);
        let announce = o.duration("announce", d);
        let mut budgets_are_known = has_timeout == timeout.is_some() && has_announce == announce.is_some();
        let mut phases = phases(o, &mut budgets_are_known, d);
        match (announce, &phases.announce) {
            (Some(_), Some(twice)) => {
                d.at(&twice.key, "`announce` is given twice, here and outside of `phases`; keep one of them");
            }
            (Some(announce), None) => phases.announce = Some(announce),
            (None, _) => {}
        }
        Self {
            timeout,
            flavor: o.choice("flavor", &FLAVORS, d),
            worker_threads: o.count_by("worker_threads", lifecycle_rules::worker_threads, d),
            phases,
            on_shutdown: o.choice("on_shutdown", &ON_SHUTDOWN, d),
            expected: o.crates("expected", d),
            unstoppable: o.boolean("unstoppable", d).is_some_and(|setting| setting.value),
            traced: o.boolean("traced", d).is_none_or(|setting| setting.value),
            krate: o.crate_path(CratePath::default(), d),
            budgets_are_known,
        }
    }
}

const FLAVORS: [(&str, Flavor); 2] = [("multi_thread", Flavor::MultiThread), ("current_thread", Flavor::CurrentThread)];

const ON_SHUTDOWN: [(&str, OnShutdown); 2] = [("cancel", OnShutdown::Cancel), ("fail", OnShutdown::Fail)];

fn phases(options: &mut Options, known: &mut bool, diag: &mut Diag) -> Phases {
    let Some(Value::List(tokens)) = options.take("phases").map(|given| given.value) else {
        return Phases::default();
    };
    let mut options = Options::parse(tokens, &PHASES, diag);
    let mut budget = |name: &str| {
        let given = options.has(name);
        let budget = match name {
            "force_cleanup" => options.duration_by(name, budget::force_cleanup_fault, diag),
            _ => options.duration(name, diag),
        };
        *known &= given == budget.is_some();
        budget
    };
    Phases {
        announce: budget("announce"),
        stop_new_work: budget("stop_new_work"),
        complete_current: budget("complete_current"),
        cancel_tasks: budget("cancel_tasks"),
        force_cleanup: budget("force_cleanup"),
    }
}
