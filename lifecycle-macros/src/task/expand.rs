//! The registration of a task: constants and one thin function.

use std::time::Duration;

use proc_macro2::TokenStream;

use crate::crate_path::private;
use crate::tokens::code;
use crate::values::{Setting, bound_tokens, duration_tokens, labels_tokens, optional};

use super::Task;
use super::args::{Missed, OnShutdown};

impl Task {
    pub(super) fn expand(&self) -> TokenStream {
        let (import, private) = (self.callee.import(), private());
        let shared = self.callee.shared();
        let (name, claim, place) = (&self.name.text, self.name.claim(), self.callee.place());
        let (settings, actions) = (self.settings(), self.actions.tokens());
        let (items, function) = (self.callee.items(), self.callee.function());
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
    /// Each field is written out: `..DEFAULT` would drop a `Cow` in a const.
    fn settings(&self) -> TokenStream {
        let (private, args) = (private(), &self.args);
        let bound = |setting: &Option<Setting<_>>| bound_tokens(setting.as_ref());
        let span = |setting: &Option<Setting<Duration>>| {
            let duration = setting.as_ref().map_or(Duration::ZERO, |setting| setting.value);
            duration_tokens(duration)
        };
        let priority = args.priority;
        let (interval, timeout, stop_timeout) =
            (bound(&args.interval), bound(&args.timeout), bound(&args.stop_timeout));
        let (initial_delay, jitter) = (span(&args.initial_delay), span(&args.jitter));
        let (missed, on_shutdown) = (self.missed(), self.on_shutdown());
        let critical = args.critical.as_ref().is_none_or(|setting| setting.value);
        let tags = labels_tokens(&args.tags);
        let supervision = args.supervision.tokens();
        code! {
            #private::TaskSettings {
                priority: #priority,
                interval: #interval,
                initial_delay: #initial_delay,
                jitter: #jitter,
                missed: #missed,
                timeout: #timeout,
                on_shutdown: #on_shutdown,
                stop_timeout: #stop_timeout,
                critical: #critical,
                takes_shutdown: false,
                supervision: #supervision,
                tags: #tags,
            }
        }
    }

    fn missed(&self) -> TokenStream {
        let private = private();
        match self.args.missed.as_ref().map_or(Missed::Skip, |setting| setting.value) {
            Missed::Skip => code!(#private::Missed::Skip),
            Missed::Delay => code!(#private::Missed::Delay),
            Missed::Burst => code!(#private::Missed::Burst),
        }
    }

    fn on_shutdown(&self) -> TokenStream {
        let private = private();
        let chosen = self.args.on_shutdown.as_ref().map(|setting| match setting.value {
            OnShutdown::Finish => code!(#private::OnShutdown::Finish),
            OnShutdown::Cancel => code!(#private::OnShutdown::Cancel),
        });
        optional(chosen)
    }
}
