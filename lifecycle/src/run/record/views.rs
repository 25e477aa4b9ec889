//! All components of an App at one moment.

use crate::words::reason::State;

use super::book::Book;
use super::report::ReportBuilder;
use super::view::View;

impl ReportBuilder {
    /// How far the App is. A request counts from the moment at which it was made, even before the coordinator comes to it.
    pub(crate) fn app_state(&self, book: &Book) -> State {
        match book.state {
            State::Initializing | State::Starting if self.control.request.is_made() => State::Stopping,
            State::Running if self.control.request.is_made() => State::Draining,
            state => state,
        }
    }

    /// Every component, and how far the App is.
    pub(crate) fn views(&self) -> (State, Vec<View>) {
        let book = self.ledger.book();
        let views = (0..book.records.len()).map(|id| self.ledger.view(&book, id)).collect();
        (self.app_state(&book), views)
    }
}
