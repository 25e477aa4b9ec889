//! The options of `#[resource]`, each with its place.

use std::time::Duration;

use proc_macro2::TokenStream;

use crate::callee::Host;
use crate::crate_path::CratePath;
use crate::diag::Diag;
use crate::options::{Key, Options, Vocabulary};
use crate::setting::Setting;

use super::close::{self, Close};
use super::open::{self, Open};

const VOCABULARY: Vocabulary = Vocabulary {
    attribute: "#[resource]",
    keys: &[
        Key { name: "name", example: "\"database\"" },
        Key { name: "open", example: "\"connect\"" },
        Key { name: "close", example: "\"dispose\"" },
        Key { name: "shared", example: "true" },
        Key { name: "blocking", example: "true" },
        Key { name: "priority", example: "5" },
        Key { name: "open_timeout", example: "\"10s\"" },
        Key { name: "close_timeout", example: "\"5s\"" },
        Key { name: "tags", example: "[\"db\"]" },
        Key { name: "crate", example: "::lifecycle" },
    ],
};

/// The options that were given and could be read.
pub(super) struct Args {
    pub(super) name: Option<Setting<String>>,
    pub(super) open: Option<Setting<Open>>,
    pub(super) close: Option<Setting<Close>>,
    pub(super) shared: Option<Setting<bool>>,
    pub(super) blocking: bool,
    pub(super) priority: i32,
    pub(super) open_timeout: Option<Setting<Duration>>,
    pub(super) close_timeout: Option<Setting<Duration>>,
    pub(super) tags: Vec<String>,
    pub(super) krate: CratePath,
    /// Whether `close` stands there, even if it could not be read: what needs it is not at fault then.
    pub(super) has_close: bool,
}

impl Args {
    pub(super) fn read(tokens: TokenStream, diag: &mut Diag) -> Self {
        let mut options = Options::parse(tokens, &VOCABULARY, diag);
        let (o, d) = (&mut options, diag);
        let function = "the name of an associated fn, a path, or a closure";
        let method = "the name of a method, a path, or a closure with one parameter";
        Self {
            has_close: o.has("close"),
            name: o.string("name", d),
            open: o.read("open", function, d, open::read),
            close: o.read("close", method, d, close::read),
            shared: o.boolean("shared", d),
            blocking: o.boolean("blocking", d).is_some_and(|setting| setting.value),
            priority: o.integer("priority", d).map_or(0, |setting| setting.value),
            open_timeout: o.duration_by("open_timeout", lifecycle_rules::open_timeout, d),
            close_timeout: o.duration_by("close_timeout", lifecycle_rules::close_timeout, d),
            tags: o.labels("tags", d),
            krate: o.crate_path(Host::default().krate, d),
        }
    }
}
