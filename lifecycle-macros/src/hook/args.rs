//! The options of `#[shutdown_hook]`.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};

use crate::callee::Host;
use crate::crate_path::CratePath;
use crate::diag::Diag;
use crate::options::{Key, Options, Vocabulary};
use crate::setting::Setting;

/// The phases as attributes name them, and the variants that they are.
const PHASES: [(&str, &str); 5] = [
    ("announce", "Announce"),
    ("stop_new_work", "StopNewWork"),
    ("complete_current", "CompleteCurrent"),
    ("cancel_tasks", "CancelTasks"),
    ("force_cleanup", "ForceCleanup"),
];

const VOCABULARY: Vocabulary = Vocabulary {
    attribute: "#[shutdown_hook]",
    keys: &[
        Key { name: "phase", example: "\"stop_new_work\"" },
        Key { name: "priority", example: "5" },
        Key { name: "timeout", example: "\"2s\"" },
        Key { name: "name", example: "\"deregister\"" },
        Key { name: "tags", example: "[\"http\"]" },
        Key { name: "unstoppable", example: "true" },
        Key { name: "traced", example: "false" },
        Key { name: "crate", example: "::lifecycle" },
    ],
};

/// The options that were given and could be read.
pub(super) struct Args {
    /// The variant of the phase; `None` after a fault.
    pub(super) phase: Option<&'static str>,
    pub(super) priority: i32,
    pub(super) timeout: Option<Setting<Duration>>,
    pub(super) name: Option<Setting<String>>,
    pub(super) tags: Vec<String>,
    /// Whether a loop that nothing interrupts is meant.
    pub(super) unstoppable: bool,
    /// Whether the `.await`s of the body are marked.
    pub(super) traced: bool,
    pub(super) krate: CratePath,
}

impl Args {
    pub(super) fn read(tokens: TokenStream, host: &Host<'_>, diag: &mut Diag) -> Self {
        let mut options = Options::parse(tokens, &VOCABULARY, diag);
        let (o, d) = (&mut options, diag);
        if !o.has("phase") {
            missing_phase(host.attribute, d);
        }
        Self {
            phase: o.choice("phase", &PHASES, d).map(|setting| setting.value),
            priority: o.integer("priority", d).map_or(0, |setting| setting.value),
            timeout: o.duration_by("timeout", lifecycle_rules::hook_timeout, d),
            name: o.string("name", d),
            tags: o.labels("tags", d),
            unstoppable: o.boolean("unstoppable", d).is_some_and(|setting| setting.value),
            traced: o.boolean("traced", d).is_none_or(|setting| setting.value),
            krate: o.crate_path(host.krate.clone(), d),
        }
    }
}

/// There is no token to point at but the attribute itself.
fn missing_phase(attribute: Span, diag: &mut Diag) {
    let words = PHASES.map(|(word, _)| format!("{word:?}")).join(", ");
    let message = format!("it needs a phase; write `phase = …` with one of {words}");
    diag.on(attribute, message);
}
