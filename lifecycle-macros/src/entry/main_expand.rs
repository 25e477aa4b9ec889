//! The sync `main` that hands the async one to the runtime crate.

use proc_macro2::TokenStream;

use crate::awaits::{Role, marked};
use crate::callee::Naming;
use crate::consts::{bound_tokens, optional};
use crate::crate_path::private;
use crate::setting::Setting;
use crate::tokens::code;

use super::main_args::{Flavor, OnShutdown};
use super::main_fn::Main;

impl Main {
    pub(super) fn expand(&self) -> TokenStream {
        let (import, private) = (self.callee.import(), private());
        let (attrs, vis, mut bare) = (&self.func.attrs, &self.func.vis, self.func.bare());
        if self.args.traced {
            bare = marked(bare, Role::Component, &self.args.krate);
        }
        let name = self.func.ident();
        let (place, settings) = (self.callee.place(), self.settings());
        let (items, function) = self.callee.code(Naming::Parameter);
        code! {
            #(#attrs)*
            #vis fn #name() {
                #bare
                #import
                #items
                static __LIFECYCLE_MAIN: #private::MainDescriptor = #private::MainDescriptor {
                    place: #place,
                    settings: #settings,
                    function: #function,
                };
                // Lets a test of the whole program know of it.
                #private::inventory::submit! { #private::Registration::Main(&__LIFECYCLE_MAIN) }
                #private::main(&__LIFECYCLE_MAIN)
            }
        }
    }

    fn settings(&self) -> TokenStream {
        let (private, args) = (private(), &self.args);
        let bound = |setting: &Option<Setting<_>>| bound_tokens(setting.as_ref());
        let phases = &args.phases;
        let (timeout, announce, stop_new_work) =
            (bound(&args.timeout), bound(&phases.announce), bound(&phases.stop_new_work));
        let (complete_current, cancel_tasks) = (bound(&phases.complete_current), bound(&phases.cancel_tasks));
        let force_cleanup = bound(&phases.force_cleanup);
        let (flavor, on_shutdown) = (self.flavor(), self.on_shutdown());
        let blocking = self.func.sig.asyncness.is_none();
        let workers = args.worker_threads.as_ref().map(|setting| setting.value);
        let expected = &args.expected;
        let worker_threads = optional(workers.map(|workers| code!(#workers)));
        code! {
            #private::MainSettings {
                timeout: #timeout,
                phases: #private::PhaseSettings {
                    announce: #announce,
                    stop_new_work: #stop_new_work,
                    complete_current: #complete_current,
                    cancel_tasks: #cancel_tasks,
                    force_cleanup: #force_cleanup,
                },
                flavor: #flavor,
                worker_threads: #worker_threads,
                on_shutdown: #on_shutdown,
                blocking: #blocking,
                expected: &[#(#expected),*],
                version: ::core::option_env!("CARGO_PKG_VERSION"),
            }
        }
    }

    fn flavor(&self) -> TokenStream {
        let private = private();
        let chosen = self.args.flavor.as_ref().map(|flavor| match flavor.value {
            Flavor::MultiThread => code!(#private::Flavor::MultiThread),
            Flavor::CurrentThread => code!(#private::Flavor::CurrentThread),
        });
        optional(chosen)
    }

    fn on_shutdown(&self) -> TokenStream {
        let private = private();
        let chosen = self.args.on_shutdown.as_ref().map(|chosen| match chosen.value {
            OnShutdown::Cancel => code!(#private::OnShutdown::Cancel),
            OnShutdown::Fail => code!(#private::OnShutdown::Fail),
        });
        optional(chosen)
    }
}
