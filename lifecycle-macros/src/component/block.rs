//! An impl block whose members are taken apart only as far as needed.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Generics, Path, Token, Type, WhereClause, braced, token};

use crate::diag::Diag;
use crate::func::Func;

/// `impl Type { … }`.
pub(super) struct Block {
    pub(super) attrs: Vec<Attribute>,
    unsafety: Option<Token![unsafe]>,
    impl_token: Token![impl],
    generics: Generics,
    of_trait: Option<(Option<Token![!]>, Path, Token![for])>,
    pub(super) self_ty: Type,
    where_clause: Option<WhereClause>,
    brace: token::Brace,
    pub(super) members: Vec<Member>,
}

/// What stands in an impl block.
pub(super) enum Member {
    Func(Box<Func>),
    /// A constant, a type, a macro call, or something that is being written.
    Other(TokenStream),
}

impl Block {
    pub(super) fn check(&self, diag: &mut Diag) {
        if !self.generics.params.is_empty() {
            let message = "it cannot be generic, since a resource is one type; write the impl for that type";
            diag.at(&self.generics.params, message);
        }
        if let Some((_, path, _)) = &self.of_trait {
            let message =
                "it cannot be the impl of a trait; move the annotated methods to an `impl` block of the type's own";
            diag.at(path, message);
        }
    }
}

impl Parse for Block {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = Attribute::parse_outer(input)?;
        let unsafety = input.parse()?;
        let impl_token = input.parse()?;
        let generics = if input.peek(Token![<]) { input.parse()? } else { Generics::default() };
        let of_trait = of_trait(input)?;
        let self_ty = input.parse()?;
        let where_clause = input.parse()?;
        let content;
        let brace = braced!(content in input);
        let mut members = Vec::new();
        while !content.is_empty() {
            members.push(member(&content)?);
        }
        Ok(Self { attrs, unsafety, impl_token, generics, of_trait, self_ty, where_clause, brace, members })
    }
}

/// `Trait for`, if that is what stands there.
fn of_trait(input: ParseStream<'_>) -> syn::Result<Option<(Option<Token![!]>, Path, Token![for])>> {
    let ahead = input.fork();
    let is_trait =
        ahead.parse::<Option<Token![!]>>().is_ok() && ahead.parse::<Path>().is_ok() && ahead.peek(Token![for]);
    if !is_trait {
        return Ok(None);
    }
    Ok(Some((input.parse()?, input.parse()?, input.parse()?)))
}

fn member(input: ParseStream<'_>) -> syn::Result<Member> {
    if input.fork().parse::<Func>().is_ok() {
        return Ok(Member::Func(input.parse()?));
    }
    // Up to its end, which is a semicolon, or a block that no `=` came before.
    let mut tokens = TokenStream::new();
    let mut is_assigned = false;
    while !input.is_empty() {
        let next: TokenTree = input.parse()?;
        let is_end = match &next {
            TokenTree::Punct(punct) => {
                is_assigned |= punct.as_char() == '=';
                punct.as_char() == ';'
            }
            TokenTree::Group(group) => group.delimiter() == proc_macro2::Delimiter::Brace && !is_assigned,
            _ => false,
        };
        tokens.extend([next]);
        if is_end {
            break;
        }
    }
    Ok(Member::Other(tokens))
}

impl ToTokens for Block {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for attr in &self.attrs {
            attr.to_tokens(tokens);
        }
        self.unsafety.to_tokens(tokens);
        self.impl_token.to_tokens(tokens);
        self.generics.to_tokens(tokens);
        if let Some((not, path, for_token)) = &self.of_trait {
            not.to_tokens(tokens);
            path.to_tokens(tokens);
            for_token.to_tokens(tokens);
        }
        self.self_ty.to_tokens(tokens);
        self.where_clause.to_tokens(tokens);
        self.brace.surround(tokens, |inner| {
            for member in &self.members {
                member.to_tokens(inner);
            }
        });
    }
}

impl ToTokens for Member {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Member::Func(func) => func.to_tokens(tokens),
            Member::Other(other) => other.to_tokens(tokens),
        }
    }
}
