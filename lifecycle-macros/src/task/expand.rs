//! The registration of a task: constants and one thin function.

use std::time::Duration;

use proc_macro2::TokenStream;

use crate::callee::Naming;
use crate::crate_path::private;
use crate::tokens::code;
use crate::values::{Setting, duration_tokens, given_bound, optional, settings_tokens};

use super::Task;
use super::args::{Missed, OnShutdown};

impl Task {
    pub(super) fn expand(&self) -> TokenStream {
        let (import, private) = (self.callee.import(), private());
        let shared = self.callee.shared();
        let (name, claim, place) = (&self.name.text, self.name.claim(), self.callee.place());
        let (settings, actions) = (self.settings(), self.actions.tokens());
        // What a monitor calls is a path of the user's.
        let naming = if self.actions.is_empty() { Naming::Type } else { Naming::Parameter };
        let (items, function) = self.callee.code(naming);
        code! {
            #(#shared)*
            #claim
            #(#shared)*
            const _: () = {
                #import
                static __LIFECYCLE_TASK: #private::TaskDescriptor = #private::TaskDescriptor {
                    name: #name,
                    place: #place,
                    settings: #settings,
                    function: #function,
                    actions: #actions,
                };
                #items
                #private::inventory::submit! { #private::Registration::Task(&__LIFECYCLE_TASK) }
            };
        }
    }

    /// Whether it takes a `Shutdown` is known only from the types of the parameters, when the program runs.
    fn settings(&self) -> TokenStream {
        let (private, args) = (private(), &self.args);
        let bound = |setting: &Option<Setting<_>>| given_bound(setting.as_ref());
        let time = |setting: &Option<Setting<Duration>>| Some(duration_tokens(setting.as_ref()?.value));
        let (priority, tags) = (args.priority, &args.tags);
        let uncritical = args.critical.as_ref().is_some_and(|setting| !setting.value);
        settings_tokens(
            code!(#private::TaskSettings::new(#priority, &[#(#tags),*])),
            &[
                ("interval", bound(&args.interval)),
                ("initial_delay", time(&args.initial_delay)),
                ("jitter", time(&args.jitter)),
                ("missed", self.missed()),
                ("timeout", bound(&args.timeout)),
                ("on_shutdown", self.on_shutdown()),
                ("stop_timeout", bound(&args.stop_timeout)),
                ("critical", uncritical.then(|| code!(false))),
                ("supervision", args.supervision.tokens()),
            ],
        )
    }

    fn missed(&self) -> Option<TokenStream> {
        let private = private();
        Some(match self.args.missed.as_ref()?.value {
            Missed::Skip => code!(#private::Missed::Skip),
            Missed::Delay => code!(#private::Missed::Delay),
            Missed::Burst => code!(#private::Missed::Burst),
        })
    }

    fn on_shutdown(&self) -> Option<TokenStream> {
        let private = private();
        let chosen = match self.args.on_shutdown.as_ref()?.value {
            OnShutdown::Finish => code!(#private::OnShutdown::Finish),
            OnShutdown::Cancel => code!(#private::OnShutdown::Cancel),
            OnShutdown::Fail => code!(#private::OnShutdown::Fail),
        };
        Some(optional(Some(chosen)))
    }
}
