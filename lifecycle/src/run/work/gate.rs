//! Counting the work in progress, and refusing more: both in one atomic word, so that nothing slips between.
//!
//! The words stand in [shards](shards): a thread uses mostly one of them, so that threads do not slow each other down.
//! A word is `count << 1 | closed`: the addition that counts somebody in also tells whether it was closed at that
//! very moment.
//!
//! A shard has a word for each of many [generations](ages), of which one at a time is open: that is how it is
//! known since when somebody has been inside, without a clock on the way in. From time to time somebody has a
//! [look](Gates::look): the present generation is closed for good, and an empty one opened in its place. All that
//! came in under it is then at least as old as its end. To refuse more, the present one is closed and no other opened.
//!
//! On the way in a thread goes by what it [remembers](memo) of the last time, and adds to the word in which it was then:
//! if that generation is over, or the gates are closed, the word says so. Then it takes that back, and goes by the gates'
//! [state](state::State), which says what generation is present.

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
