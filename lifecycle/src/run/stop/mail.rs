//! What reaches the driver: events, and with some of them of what time they tell. A task that ran for a shutdown that
//! was called off may say so when the next one is under way.

use tokio::sync::oneshot;

use crate::decide::Event;
use crate::plan::Id;
use crate::words::abort::AbortError;

/// A letter to the driver.
#[derive(Debug)]
pub(crate) enum Mail {
    Event(Event),
    /// It tells of this life of a component, which may have begun another one since.
    Of {
        id: Id,
        life: u32,
        event: Event,
    },
    /// It tells of the shutdown after so many that were called off.
    During {
        called_off: usize,
        event: Event,
    },
    /// Whether the shutdown is called off is to be told here.
    CallOff(Answer),
}

/// Takes the names of those that have ended and do not come back.
pub(crate) type Answer = oneshot::Sender<Result<Vec<String>, AbortError>>;
