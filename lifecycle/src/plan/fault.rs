//! Faults that only the whole program shows.

use std::fmt;

use crate::words::place::Place;

/// One fault of the wiring, with the places in the code that take part in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WiringFault {
    message: String,
    places: Vec<Place>,
}

impl WiringFault {
    pub(crate) fn new(message: String, places: Vec<Place>) -> Self {
        Self { message, places }
    }
}

impl fmt::Display for WiringFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.places.split_first() {
            None => f.write_str(&self.message),
            Some((first, [])) => write!(f, "{first}: {}", self.message),
            Some((first, others)) => {
                write!(f, "{first}: {} (also ", self.message)?;
                for (at, place) in others.iter().enumerate() {
                    write!(f, "{}{place}", if at == 0 { "" } else { ", " })?;
                }
                f.write_str(")")
            }
        }
    }
}

impl std::error::Error for WiringFault {}
