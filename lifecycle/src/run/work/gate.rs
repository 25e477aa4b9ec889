//! Counting the work in progress, and refusing more: both in one atomic word, so that nothing slips between.
//!
//! The words stand in [shards](shards): a thread uses mostly one of them, so that threads do not slow each other down.
//! A word is `count << 1 | closed`: the addition that counts an entry also tells whether the word was closed at that
//! very moment.
//!
//! A shard has a word for each of many [generations](ages), and one at a time is open: that is how it is
//! known how old the entries are, without a clock at entry. About once a second the gates are
//! [looked](Gates::look) at: the present generation is closed for good, and an empty one opened in its place. Every
//! entry of the old one is then at least as old as its end. To refuse more, the present one is closed and no other opened.
//!
//! To enter, a thread adds to the word that it [used last](memo). If that generation is over, or the gates are closed, the
//! word says so. Then the thread takes the addition back and reads the gates' [state](state::State), which has the present
//! generation.

mod ages;
mod gates;
mod lanes;
mod memo;
mod shards;
mod state;
#[cfg(test)]
mod tests;

#[cfg(feature = "tower")]
pub(crate) use gates::enter_again;
pub(crate) use gates::{Busy, Gates};
pub(crate) use shards::Pass;
