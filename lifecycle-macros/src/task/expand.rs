//! The registration of a task: constants and one thin function.

use proc_macro2::TokenStream;

use crate::callee::Naming;
use crate::consts::{duration_tokens, given_bound, optional, settings_tokens};
use crate::crate_path::private;
use crate::tokens::code;

use super::Task;
use super::args::{Missed, OnShutdown};

impl Task {
    pub(super) fn expand(&self) -> TokenStream {
        let (import, private) = (self.callee.import(), private());
        let shared = self.callee.shared();
        let (name, claim, place) = (&self.name.text, self.name.claim(), self.callee.place());
        let (priority, tags, instances) = (self.args.priority, &self.args.tags, self.args.supervision.copies());
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
                    priority: #priority,
                    tags: &[#(#tags),*],
                    instances: #instances,
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
        let made = match self.kind() {
            Some(kind) => code!(#private::TaskSettings::new(#kind)),
            None => code!(#private::TaskSettings::DEFAULT),
        };
        let delay = args.initial_delay.as_ref().map(|delay| duration_tokens(delay.value));
        settings_tokens(made, &[("initial_delay", delay), ("stop_timeout", given_bound(args.stop_timeout.as_ref()))])
    }

    /// The kind of task, with the options that only it has; `None`: a plain task without options.
    fn kind(&self) -> Option<TokenStream> {
        let (private, args) = (private(), &self.args);
        let timeout = ("timeout", given_bound(args.timeout.as_ref()));
        let uncritical = args.critical.as_ref().is_some_and(|setting| !setting.value);
        let critical = ("critical", uncritical.then(|| code!(false)));
        let restart = ("restart", args.supervision.restart_policy().map(|policy| optional(Some(policy))));
        if let Some(interval) = &args.interval {
            let interval = duration_tokens(interval.value);
            let jitter = args.jitter.as_ref().map(|jitter| duration_tokens(jitter.value));
            let monitor = args.supervision.threshold().map(|threshold| optional(Some(code!(#threshold))));
            let given = [
                ("jitter", jitter),
                ("missed", self.missed()),
                timeout,
                self.on_shutdown(),
                critical,
                ("monitor", monitor),
                self.local(),
            ];
            let periodic = settings_tokens(code!(#private::Periodic::every(#interval)), &given);
            return Some(code!(#private::TaskKind::Periodic(#periodic)));
        }
        if args.supervision.is_blocking() {
            let given = [self.blocking_on_shutdown(), critical, restart];
            let blocking = settings_tokens(code!(#private::Blocking::DEFAULT), &given);
            return Some(code!(#private::TaskKind::Blocking(#blocking)));
        }
        let given = [timeout, self.on_shutdown(), critical, restart, self.local()];
        if given.iter().all(|(_, value)| value.is_none()) {
            return None;
        }
        let plain = settings_tokens(code!(#private::Plain::DEFAULT), &given);
        Some(code!(#private::TaskKind::Plain(#plain)))
    }

    fn local(&self) -> (&'static str, Option<TokenStream>) {
        ("local", self.args.local.as_ref().map(|_| code!(true)))
    }

    fn missed(&self) -> Option<TokenStream> {
        let private = private();
        Some(match self.args.missed.as_ref()?.value {
            Missed::Skip => code!(#private::Missed::Skip),
            Missed::Delay => code!(#private::Missed::Delay),
            Missed::Burst => code!(#private::Missed::Burst),
        })
    }

    fn on_shutdown(&self) -> (&'static str, Option<TokenStream>) {
        let private = private();
        let chosen = self.args.on_shutdown.as_ref().map(|setting| match setting.value {
            OnShutdown::Finish => code!(#private::OnShutdown::Finish),
            OnShutdown::Cancel => code!(#private::OnShutdown::Cancel),
            OnShutdown::Fail => code!(#private::OnShutdown::Fail),
        });
        ("on_shutdown", chosen.map(|chosen| optional(Some(chosen))))
    }

    fn blocking_on_shutdown(&self) -> (&'static str, Option<TokenStream>) {
        let private = private();
        let chosen = self.args.on_shutdown.as_ref().and_then(|setting| match setting.value {
            OnShutdown::Finish => Some(code!(#private::BlockingOnShutdown::Finish)),
            OnShutdown::Fail => Some(code!(#private::BlockingOnShutdown::Fail)),
            OnShutdown::Cancel => None,
        });
        ("on_shutdown", chosen.map(|chosen| optional(Some(chosen))))
    }
}
