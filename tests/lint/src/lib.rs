//! What attributes make, with every lint of the compiler and of clippy turned on. That it compiles, and passes
//! `cargo clippy`, is the test.
//!
//! `missing_copy_implementations` alone is left out: it speaks of types, and these are small on purpose.
//! An `allow` here would hide a warning that users have; those that stand here are about this crate.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    future_incompatible,
    keyword_idents,
    let_underscore,
    nonstandard_style,
    refining_impl_trait,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    unused
)]
#![deny(
    absolute_paths_not_starting_with_crate,
    ambiguous_negative_literals,
    closure_returning_async_block,
    deprecated_in_future,
    deprecated_safe_2024,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    ffi_unwind_calls,
    if_let_rescope,
    impl_trait_overcaptures,
    impl_trait_redundant_captures,
    keyword_idents_2018,
    keyword_idents_2024,
    let_underscore_drop,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_abi,
    missing_debug_implementations,
    missing_docs,
    non_ascii_idents,
    redundant_imports,
    redundant_lifetimes,
    rust_2021_incompatible_closure_captures,
    rust_2021_incompatible_or_patterns,
    rust_2021_prefixes_incompatible_syntax,
    rust_2021_prelude_collisions,
    rust_2024_guarded_string_incompatible_syntax,
    rust_2024_incompatible_pat,
    rust_2024_prelude_collisions,
    single_use_lifetimes,
    tail_expr_drop_order,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unsafe_attr_outside_unsafe,
    unsafe_op_in_unsafe_fn,
    unstable_features,
    unused_crate_dependencies,
    unused_extern_crates,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![allow(clippy::unused_async, reason = "bodies here have nothing to wait for")]
#![allow(clippy::missing_const_for_fn, reason = "a close that does nothing could be const")]

pub mod components;
pub mod resources;
pub mod tasks;

/// A program.
pub mod program {
    use lifecycle::Shutdown;

    #[lifecycle::main(timeout = "10s", announce = "1s", worker_threads = 2, phases(force_cleanup = "3s"))]
    pub(crate) async fn main(shutdown: Shutdown) -> Result<(), String> {
        shutdown.requested().await;
        Ok(())
    }

    /// So that it is used.
    pub const MAIN: fn() = main;
}

#[cfg(test)]
mod tests {
    #[lifecycle::test]
    async fn everything_is_well_wired(app: lifecycle::AppBuilder) -> Result<(), String> {
        app.registered().build().map(drop).map_err(|error| error.to_string())
    }
}
