//! A program after its end, and what every end is judged by.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::Pid;
use serde_json::Value;

use super::proc;

/// What a program left.
#[derive(Debug)]
pub struct Ended {
    pub(super) status: ExitStatus,
    /// From the last signal (or, without one, from the start) to the end.
    pub elapsed: Duration,
    /// Processor time that it used.
    pub cpu: Duration,
    /// What it said.
    pub out: String,
    /// What it wrote to stderr.
    pub err: String,
    pub(super) report: Option<String>,
}

#[derive(Debug)]
pub(super) struct Judge {
    pub(super) may_panic: bool,
    pub(super) cookie: String,
}

const PHASES: [&str; 5] = ["announce", "stop_new_work", "complete_current", "cancel_tasks", "force_cleanup"];

impl Ended {
    /// What must be true of every end: no process is left, no panic that was not meant, and a report that agrees
    /// with what was seen.
    pub(super) fn judged(self, judge: &Judge, pid: Pid) -> Self {
        proc::assert_nobody_left(&judge.cookie, pid);
        if !judge.may_panic {
            for word in ["panicked at", "Cannot drop a runtime", "Thread Local Storage", "aborting"] {
                assert!(!self.err.contains(word), "stderr says `{word}`: {self:#?}");
            }
        }
        if let (Some(report), Some(code)) = (self.parsed(), self.status.code()) {
            assert_eq!(report["exit_code"], code, "the report says another exit code: {self:#?}");
            let phases = names(&report["phases"], "phase");
            let mut order = PHASES.iter().filter(|phase| phases.iter().any(|ran| ran == *phase));
            assert!(phases.iter().all(|ran| order.next() == Some(&ran.as_str())), "phases ran as {phases:?}");
        }
        self
    }

    /// The exit code; `None` if a signal killed it.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// The number of the signal that killed it.
    pub fn killed_by(&self) -> Option<i32> {
        self.status.signal()
    }

    /// The exit code was this.
    #[track_caller]
    pub fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.status.code(), Some(code), "it ended otherwise ({}): {self:#?}", self.status);
        self
    }

    /// It said these lines, in this order, whatever it said between them.
    #[track_caller]
    pub fn says(&self, lines: &[&str]) -> &Self {
        let mut said = self.out.lines();
        for line in lines {
            assert!(said.any(|said| said == *line), "`{line}` is missing, or not in its place in {lines:?}: {self:#?}");
        }
        self
    }

    /// It did not say this line.
    #[track_caller]
    pub fn never_says(&self, line: &str) -> &Self {
        assert!(!self.out.lines().any(|said| said == line), "it said `{line}`: {self:#?}");
        self
    }

    /// The lines it said that begin so, without the beginning.
    pub fn said_after<'a>(&'a self, beginning: &str) -> Vec<&'a str> {
        self.out.lines().filter_map(|line| line.strip_prefix(beginning)).collect()
    }

    /// Its stderr has this text.
    #[track_caller]
    pub fn tells(&self, text: &str) -> &Self {
        assert!(self.err.contains(text), "stderr does not say `{text}`: {self:#?}");
        self
    }

    /// The report.
    #[track_caller]
    pub fn report(&self) -> Value {
        self.parsed().unwrap_or_else(|| panic!("there is no report: {self:#?}"))
    }

    /// Whether a report was written.
    pub fn has_report(&self) -> bool {
        self.report.is_some()
    }

    fn parsed(&self) -> Option<Value> {
        let text = self.report.as_ref()?;
        Some(serde_json::from_str(text).unwrap_or_else(|error| panic!("the report is no JSON ({error}): {text}")))
    }

    /// A component of the report.
    #[track_caller]
    pub fn component(&self, name: &str) -> Value {
        let report = self.report();
        let components = report["components"].as_array().expect("a list");
        let found = components.iter().find(|component| component["name"] == name);
        found.unwrap_or_else(|| panic!("the report does not name `{name}`: {report:#}")).clone()
    }

    /// How a component ended, by the report.
    #[track_caller]
    pub fn outcome(&self, name: &str, outcome: &str) -> &Self {
        let component = self.component(name);
        assert_eq!(component["outcome"], outcome, "{component:#}");
        self
    }

    /// The error of a component has this text.
    #[track_caller]
    pub fn error(&self, name: &str, text: &str) -> &Self {
        let component = self.component(name);
        let error = component["error"].as_str().unwrap_or_default();
        assert!(error.contains(text), "`{text}` is not in {component:#}");
        self
    }

    /// The component was inside a poll when it was last seen.
    #[track_caller]
    pub fn blocked(&self, name: &str) -> &Self {
        let component = self.component(name);
        assert_eq!(component["last_seen"]["in_poll"], true, "{component:#}");
        self
    }

    /// The phases that ran, and how each ended.
    #[track_caller]
    pub fn phases(&self) -> Vec<(String, String)> {
        let report = self.report();
        names(&report["phases"], "phase").into_iter().zip(names(&report["phases"], "ended")).collect()
    }

    /// How long a phase took, in seconds.
    #[track_caller]
    pub fn phase_took(&self, phase: &str) -> f64 {
        let report = self.report();
        let phases = report["phases"].as_array().expect("a list");
        let row = phases.iter().find(|row| row["phase"] == phase);
        row.and_then(|row| row["actual"].as_f64()).unwrap_or_else(|| panic!("no {phase} in {report:#}"))
    }
}

fn names(list: &Value, field: &str) -> Vec<String> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|item| item[field].as_str()).map(ToOwned::to_owned).collect()
}
