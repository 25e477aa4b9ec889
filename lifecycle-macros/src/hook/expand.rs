//! The registration of a hook: constants and one thin function.

use proc_macro2::{Ident, Span, TokenStream};

use crate::callee::Naming;
use crate::consts::{given_bound, settings_tokens};
use crate::crate_path::private;
use crate::tokens::code;

use super::Hook;

impl Hook {
    pub(super) fn expand(&self) -> TokenStream {
        let (import, private) = (self.callee.import(), private());
        let shared = self.callee.shared();
        let (name, claim, place) = (&self.name.text, self.name.claim(), self.callee.place());
        let (priority, tags) = (self.args.priority, &self.args.tags);
        let (settings, (items, function)) = (self.settings(), self.callee.code(Naming::Type));
        code! {
            #(#shared)*
            #claim
            #(#shared)*
            const _: () = {
                #import
                static __LIFECYCLE_HOOK: #private::HookDescriptor = #private::HookDescriptor {
                    name: #name,
                    place: #place,
                    priority: #priority,
                    tags: &[#(#tags),*],
                    settings: #settings,
                    function: #function,
                };
                #items
                #private::inventory::submit! { #private::Registration::Hook(&__LIFECYCLE_HOOK) }
            };
        }
    }

    fn settings(&self) -> TokenStream {
        let (private, args) = (private(), &self.args);
        let phase = Ident::new(self.phase, Span::mixed_site());
        settings_tokens(
            code!(#private::HookSettings::new(#private::Phase::#phase)),
            &[("timeout", given_bound(args.timeout.as_ref()))],
        )
    }
}
