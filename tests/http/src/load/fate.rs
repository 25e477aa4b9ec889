//! What became of a request.

use serde::{Deserialize, Serialize};

/// What became of a request.
#[derive(Debug)]
pub enum Fate {
    /// A whole answer with the right bytes.
    Answered {
        /// The server said that this connection takes no more.
        last: bool,
    },
    /// A 503: the server did nothing, and says so.
    TurnedAway,
    /// HTTP/2: the server said that it did not begin with it (GOAWAY below its number, REFUSED_STREAM), so that it
    /// may be asked again anywhere.
    Unprocessed,
    /// No byte of it was written: the connection was closed before, or could not be made.
    NotSent,
    /// It was sent, at least in part, and not answered, or not wholly.
    Lost(Loss),
}

/// A request that was lost.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Loss {
    /// How far it came.
    pub stage: String,
    /// What the client was told.
    pub error: String,
    /// Age of its connection when it was sent, in milliseconds.
    pub age: f64,
    /// How many requests its connection had carried before.
    pub before: usize,
    /// When it was lost, in milliseconds from the moment at which the load was on.
    pub at: f64,
}
