//! What options may be set to: one reader per kind of value, each with one way to say what is wrong.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use lifecycle_rules::near::nearest;
use lifecycle_rules::{crate_faults, duration, label_faults};
use quote::quote;
use syn::{Expr, Lit, LitInt, UnOp};

use crate::crate_path::CratePath;
use crate::diag::Diag;
use crate::options::{Given, Options, Value};
use crate::setting::{Fault, Setting, peel, text_of};

/// What is wrong with a value, if anything.
pub(crate) type Rule<T> = fn(T) -> Option<lifecycle_rules::Fault>;

fn by_rule<T: Copy>(setting: Setting<T>, rule: Rule<T>, diag: &mut Diag) -> Option<Setting<T>> {
    match rule(setting.value) {
        Some(fault) => {
            diag.at(&setting.at, fault.text);
            None
        }
        None => Some(setting),
    }
}

impl Options {
    /// Takes an option and reads its value; `kind` says what it has to be.
    pub(crate) fn read<T>(
        &mut self,
        name: &str,
        kind: &str,
        diag: &mut Diag,
        read: impl FnOnce(&Expr) -> Result<T, Fault>,
    ) -> Option<Setting<T>> {
        let Given { key, example, value } = self.take(name)?;
        let Value::Expr(at) = value else { return None };
        let fault = match read(&at) {
            Ok(value) => return Some(Setting { key, value, at }),
            Err(fault) => fault,
        };
        match fault {
            Fault::Kind => diag.at(&at, format!("`{name}` takes {kind}; write `{name} = {example}`")),
            Fault::Text(text) => diag.at(&at, format!("`{name}`: {text}")),
        }
        None
    }

    pub(crate) fn duration(&mut self, name: &str, diag: &mut Diag) -> Option<Setting<Duration>> {
        self.read(name, "a duration in quotes", diag, duration_of)
    }

    /// A duration that keeps a rule.
    pub(crate) fn duration_by(
        &mut self,
        name: &str,
        rule: Rule<Duration>,
        diag: &mut Diag,
    ) -> Option<Setting<Duration>> {
        by_rule(self.duration(name, diag)?, rule, diag)
    }

    pub(crate) fn integer<T: FromStr<Err: Display>>(&mut self, name: &str, diag: &mut Diag) -> Option<Setting<T>> {
        self.read(name, "an integer", diag, integer_of)
    }

    /// A count that keeps a rule.
    pub(crate) fn count_by(&mut self, name: &str, rule: Rule<usize>, diag: &mut Diag) -> Option<Setting<usize>> {
        by_rule(self.integer(name, diag)?, rule, diag)
    }

    pub(crate) fn boolean(&mut self, name: &str, diag: &mut Diag) -> Option<Setting<bool>> {
        self.read(name, "`true` or `false`", diag, |value| match peel(value) {
            Expr::Lit(lit) => match &lit.lit {
                Lit::Bool(lit) => Ok(lit.value),
                _ => Err(Fault::Kind),
            },
            _ => Err(Fault::Kind),
        })
    }

    pub(crate) fn string(&mut self, name: &str, diag: &mut Diag) -> Option<Setting<String>> {
        self.read(name, "a string", diag, |value| text_of(value).map(|lit| lit.value()))
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        name: &str,
        legal: &[(&'static str, T)],
        diag: &mut Diag,
    ) -> Option<Setting<T>> {
        let words: Vec<_> = legal.iter().map(|(word, _)| format!("{word:?}")).collect();
        let words = words.join(", ");
        self.read(name, &format!("one of {words}"), diag, |value| {
            let given = text_of(value)?.value();
            let found = legal.iter().find(|(word, _)| *word == given);
            found.map(|(_, meaning)| *meaning).ok_or_else(|| {
                let meant = nearest(&given, legal.iter().map(|(word, _)| *word));
                let meant = meant.map_or_else(String::new, |word| format!("did you mean {word:?}? "));
                Fault::Text(format!("there is no {given:?}; {meant}legal: {words}"))
            })
        })
    }

    /// A list of labels; each bad one is a fault of its own.
    pub(crate) fn labels(&mut self, name: &str, diag: &mut Diag) -> Vec<String> {
        self.strings(name, "a label", |labels| label_faults(labels.iter().copied()), diag)
    }

    /// A list of names of crates; each bad one is a fault of its own.
    pub(crate) fn crates(&mut self, name: &str, diag: &mut Diag) -> Vec<String> {
        self.strings(name, "the name of a crate", |crates| crate_faults(crates.iter().copied()), diag)
    }

    /// A list of strings that are `what`; `rule` says of each what is wrong with it.
    fn strings(
        &mut self,
        name: &str,
        what: &str,
        rule: fn(&[&str]) -> Vec<Option<String>>,
        diag: &mut Diag,
    ) -> Vec<String> {
        let list = self.read(name, "a list of strings", diag, |value| match peel(value) {
            Expr::Array(array) => Ok(array.elems.iter().cloned().collect::<Vec<_>>()),
            _ => Err(Fault::Kind),
        });
        let (mut strings, mut elements) = (Vec::new(), Vec::new());
        for element in list.into_iter().flat_map(|list| list.value) {
            match text_of(&element).map(|lit| lit.value()) {
                Ok(string) => {
                    strings.push(string);
                    elements.push(element);
                }
                Err(_) => diag.at(&element, format!("`{name}`: {what} is a string; write it in quotes")),
            }
        }
        let faults = rule(&strings.iter().map(String::as_str).collect::<Vec<_>>());
        for (element, fault) in elements.iter().zip(faults) {
            if let Some(fault) = fault {
                diag.at(element, fault);
            }
        }
        strings
    }

    /// `crate = path`; `usual` if it is not given, or no path.
    pub(crate) fn crate_path(&mut self, usual: CratePath, diag: &mut Diag) -> CratePath {
        let kind = "the path of the runtime crate";
        let given = self.read("crate", kind, diag, CratePath::read);
        given.map_or(usual, |setting| setting.value)
    }
}

fn duration_of(value: &Expr) -> Result<Duration, Fault> {
    if let Ok(text) = text_of(value) {
        return duration::parse(&text.value()).map_err(|error| Fault::Text(error.to_string()));
    }
    match peel(value) {
        // `30s` without quotes is a literal with a suffix; say how near it is.
        Expr::Lit(lit) => {
            let written = quote!(#lit).to_string();
            match duration::parse(&written) {
                Ok(_) => Err(Fault::Text(format!("a duration stands in quotes; write \"{written}\""))),
                Err(_) => Err(Fault::Kind),
            }
        }
        _ => Err(Fault::Kind),
    }
}

fn integer_of<T: FromStr<Err: Display>>(value: &Expr) -> Result<T, Fault> {
    let (sign, lit) = match peel(value) {
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => ("-", integer_literal(&unary.expr)?),
        other => ("", integer_literal(other)?),
    };
    let written = format!("{sign}{}", lit.base10_digits());
    let wanted = std::any::type_name::<T>();
    if !lit.suffix().is_empty() && lit.suffix() != wanted {
        return Err(Fault::Text(format!("it is a `{wanted}`; write `{written}`")));
    }
    written.parse().map_err(|error| Fault::Text(format!("`{written}` is no `{wanted}`: {error}")))
}

fn integer_literal(value: &Expr) -> Result<&LitInt, Fault> {
    match peel(value) {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(lit) => Ok(lit),
            _ => Err(Fault::Kind),
        },
        _ => Err(Fault::Kind),
    }
}
