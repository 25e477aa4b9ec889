//! A function whose body is not looked at.
//!
//! An editor calls the attributes while the body is being written and does not parse. The body's tokens
//! go through as they are, with their places, so that completion works inside.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, PatType, ReturnType, Signature, Token, Type, Visibility};

use crate::awaits::{self, Role};
use crate::crate_path::CratePath;
use crate::diag::Diag;
use crate::tokens::{Ends, code, plain};

/// A free function or a method.
#[derive(Clone)]
pub(crate) struct Func {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    defaultness: Option<Token![default]>,
    pub(crate) sig: Signature,
    pub(crate) body: Body,
}

/// What follows a signature.
#[derive(Clone)]
pub(crate) enum Body {
    /// `{ … }`, whatever is in it.
    Block(Group),
    /// Nothing, or something that is no body.
    Missing(TokenStream),
}

impl Func {
    pub(crate) fn ident(&self) -> &Ident {
        &self.sig.ident
    }

    /// The parameters, without a receiver.
    pub(crate) fn params(&self) -> impl Iterator<Item = &PatType> {
        self.sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(param) => Some(param),
            FnArg::Receiver(_) => None,
        })
    }

    /// Marks the `.await`s of the body, if a runtime crate is given.
    pub(crate) fn mark(&mut self, krate: Option<&CratePath>) {
        if let (Body::Block(block), Some(krate)) = (&mut self.body, krate) {
            *block = awaits::body(block, Role::Component, krate);
        }
    }

    /// Where errors about what the function returns belong.
    pub(crate) fn output_ends(&self) -> Ends {
        match &self.sig.output {
            ReturnType::Default => Ends::of(&self.sig.ident),
            ReturnType::Type(_, ty) => Ends::of(ty),
        }
    }

    /// Whether the function returns `!`.
    pub(crate) fn never_returns(&self) -> bool {
        matches!(&self.sig.output, ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)))
    }

    /// The function without its attributes and visibility.
    pub(crate) fn bare(&self) -> TokenStream {
        let mut tokens = TokenStream::new();
        self.defaultness.to_tokens(&mut tokens);
        self.sig.to_tokens(&mut tokens);
        self.body.to_tokens(&mut tokens);
        tokens
    }
}

impl Parse for Func {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attrs: Attribute::parse_outer(input)?,
            vis: input.parse()?,
            defaultness: input.parse()?,
            sig: input.parse()?,
            body: input.parse()?,
        })
    }
}

impl Parse for Body {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::token::Brace) {
            return input.parse().map(Body::Block);
        }
        let semicolon: Option<Token![;]> = input.parse()?;
        Ok(Body::Missing(semicolon.to_token_stream()))
    }
}

impl ToTokens for Body {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Body::Block(block) => block.to_tokens(tokens),
            Body::Missing(rest) => rest.to_tokens(tokens),
        }
    }
}

impl ToTokens for Func {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for attr in &self.attrs {
            attr.to_tokens(tokens);
        }
        self.vis.to_tokens(tokens);
        self.bare().to_tokens(tokens);
    }
}

/// Reads the item that an attribute stands on; `None` after a fault.
pub(crate) fn read(item: &TokenStream, wanted: &str, diag: &mut Diag) -> Option<Func> {
    let error = match syn::parse2(item.clone()) {
        Ok(func) => return Some(func),
        Err(error) => error,
    };
    match keyword(item) {
        Some(keyword) if keyword != "fn" => {
            diag.at(&keyword, format!("it stands on {} `{keyword}`; put it on {wanted}", article(&keyword)));
        }
        _ => diag.syntax(error),
    }
    None
}

/// The item without its registration, and the faults that kept it from having one. That it is not called
/// then is no second fault.
pub(crate) fn fallback(item: &TokenStream, diag: Diag) -> TokenStream {
    let faults = diag.into_tokens();
    code!(#[allow(dead_code)] #item #faults)
}

/// The name of the function, if there is one: what to call the component in errors.
pub(crate) fn name_of(item: &TokenStream) -> String {
    let mut idents = item.clone().into_iter().filter_map(|token| match token {
        TokenTree::Ident(ident) => Some(ident),
        _ => None,
    });
    let keyword = idents.find(|ident| KINDS.iter().any(|kind| ident == kind));
    let named = keyword.filter(|keyword| keyword != "impl" && keyword != "use");
    named.and_then(|_| idents.next()).map_or_else(|| "?".to_owned(), |name| plain(&name))
}

const KINDS: [&str; 10] = ["fn", "struct", "enum", "union", "trait", "impl", "mod", "static", "type", "use"];

pub(crate) fn keyword(item: &TokenStream) -> Option<Ident> {
    item.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if KINDS.iter().any(|kind| ident == kind) => Some(ident),
        _ => None,
    })
}

fn article(word: &Ident) -> &'static str {
    if ["enum", "impl"].iter().any(|vowel| word == vowel) { "an" } else { "a" }
}
