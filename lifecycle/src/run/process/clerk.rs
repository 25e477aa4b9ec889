//! Puts together what the guard has to say: the state of every component, progress, the last report. It looks at all that the
//! App has, behind whatever locks. The guard waits for none of that, or not for long.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::Builder;
use std::time::Duration;

use crate::run::process::scribe::Scribe;
use crate::run::record::metrics;
use crate::run::record::report::ReportBuilder;
use crate::sys::panics;
use crate::words::outcome::ExitCode;
use crate::words::report::ShutdownReport;

#[derive(Debug)]
enum Order {
    State,
    Progress,
    /// To look at the requests in flight: so exact are their ages.
    Requests,
    LastReport {
        code: ExitCode,
        note: String,
        reply: Sender<ShutdownReport>,
    },
}

/// The way to the thread, which ends with it.
#[derive(Debug)]
pub(super) struct Clerk {
    orders: Sender<Order>,
    /// It has not come to what was last asked of it once a second: that is not asked for again meanwhile.
    is_behind: Arc<AtomicBool>,
}

impl Clerk {
    pub(super) fn start(reports: ReportBuilder, scribe: Scribe) -> io::Result<Self> {
        let (sender, orders) = channel();
        let is_behind = Arc::new(AtomicBool::new(false));
        let behind = is_behind.clone();
        Builder::new().name("lifecycle-clerk".to_owned()).spawn(move || {
            for order in orders {
                if let Err(panic) = panics::catch(|| carry_out(order, &reports, &scribe)) {
                    scribe.line(format!("lifecycle: what the App does cannot be told: {panic}"));
                }
                behind.store(false, Ordering::Release);
            }
        })?;
        Ok(Self { orders: sender, is_behind })
    }

    pub(super) fn tell_state(&self) {
        self.order(Order::State);
    }

    pub(super) fn tell_progress(&self) {
        self.order_unless_behind(Order::Progress);
    }

    pub(super) fn look_at_requests(&self) {
        self.order_unless_behind(Order::Requests);
    }

    /// The report of a process that is being ended, if it is there in that time.
    pub(super) fn last_report(&self, code: ExitCode, note: String, most: Duration) -> Option<ShutdownReport> {
        let (reply, report) = channel();
        self.order(Order::LastReport { code, note, reply });
        report.recv_timeout(most).ok()
    }

    fn order_unless_behind(&self, order: Order) {
        if !self.is_behind.swap(true, Ordering::AcqRel) {
            self.order(order);
        }
    }

    fn order(&self, order: Order) {
        // The thread lives as long as this does.
        let _ = self.orders.send(order);
    }
}

fn carry_out(order: Order, reports: &ReportBuilder, scribe: &Scribe) {
    match order {
        Order::State => scribe.line(reports.state()),
        Order::Progress => {
            if let Some(progress) = reports.progress() {
                scribe.line(progress);
            }
        }
        Order::Requests => {
            let control = &reports.control;
            control.requests.look();
            metrics::in_flight(control.calls(), control.requests.by_name());
        }
        Order::LastReport { code, note, reply } => {
            // The guard may have given it up.
            let _ = reply.send(reports.last_report(code, note));
        }
    }
}
