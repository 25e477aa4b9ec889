//! What people read: the names of states and signals, and the texts of errors.

use lifecycle::{Format, GroupError, Kind, Reason, Signal, State, Status};

#[test]
fn each_reason_says_what_happened() {
    let text = |text: &str| text.to_owned();
    let signal = |signal| Reason::Signal { signal };
    let reasons = [
        (signal(Signal::Terminate), "SIGTERM"),
        (signal(Signal::CtrlBreak), "CTRL_BREAK"),
        (signal(Signal::CtrlClose), "CTRL_CLOSE"),
        (signal(Signal::CtrlLogoff), "CTRL_LOGOFF"),
        (signal(Signal::CtrlShutdown), "CTRL_SHUTDOWN"),
        (signal(Signal::Hangup), "SIGHUP: the terminal was closed"),
        (Reason::Requested { by: Some(text("job")), why: text("done") }, "requested by `job`: done"),
        (Reason::Requested { by: None, why: text("done") }, "requested: done"),
        (Reason::MainReturned { error: None }, "main returned"),
        (Reason::MainReturned { error: Some(text("no disk")) }, "main failed: no disk"),
        (Reason::AllTasksEnded, "every task ended"),
        (Reason::TaskFailed { task: text("job"), error: text("no disk") }, "task `job` failed: no disk"),
        (Reason::StartFailed { resource: text("db"), error: text("refused") }, "resource `db` did not open: refused"),
        (Reason::Invalid { faults: vec![text("one"), text("two")] }, "invalid wiring or configuration: one; two"),
    ];
    for (reason, expected) in reasons {
        assert_eq!(reason.to_string(), expected);
    }
}

#[test]
fn names_are_those_of_the_json() {
    for signal in [Signal::Interrupt, Signal::Quit, Signal::User1, Signal::Hangup, Signal::CtrlClose] {
        assert_eq!(serde_json::to_value(signal).unwrap(), signal.to_string());
    }
    for state in [State::Initializing, State::Starting, State::Running, State::Draining, State::Stopping, State::Failed]
    {
        assert_eq!(serde_json::to_value(state).unwrap(), state.to_string());
    }
    for status in [Status::Starting, Status::Ready, Status::Draining, Status::Stopping] {
        assert_eq!(serde_json::to_value(status).unwrap(), status.name());
    }
}

#[test]
fn a_format_is_read_by_its_name_and_an_unknown_one_says_which_there_are() {
    for format in Format::ALL {
        assert_eq!(format.to_string().parse(), Ok(format));
    }
    let error = "yaml".parse::<Format>().unwrap_err();
    assert_eq!(error.to_string(), "there is no format `yaml`; the formats are text, json, mermaid, dot");
}

#[test]
fn what_keeps_a_group_from_stopping_or_starting_is_said_with_its_names() {
    let name = || "db".to_owned();
    let names = || vec!["job".to_owned(), "web".to_owned()];
    let errors = [
        (GroupError::NoSuchTag(name()), "no task and no resource has the tag \"db\""),
        (GroupError::NoSuchName(name()), "there is no component `db`"),
        (
            GroupError::Fixed { name: "main".to_owned(), kind: Kind::Main },
            "`main` cannot be stopped or started: when it ends, so does the App",
        ),
        (
            GroupError::Fixed { name: name(), kind: Kind::Hook },
            "`db` is a hook; only tasks and resources can be stopped and started",
        ),
        (GroupError::InUse { name: name(), users: names() }, "`db` is in use by `job`, `web`"),
        (GroupError::Needs { name: name(), stopped: names() }, "`db` needs `job`, `web`, which is stopped"),
        (GroupError::Caller(name()), "`db` is to be stopped or opened itself, and cannot wait for that"),
        (
            GroupError::StillRunning(names()),
            "`job`, `web` did not stop: inside a poll or on a thread that does not return",
        ),
        (GroupError::NotClosed(vec![(name(), "no disk".to_owned())]), "not closed well: `db`: no disk"),
        (GroupError::NotOpened(vec![(name(), "refused".to_owned())]), "not opened: `db`: refused"),
        (GroupError::NotRunning, "the App is not running yet"),
        (GroupError::ShuttingDown, "the App is shutting down"),
    ];
    for (error, expected) in errors {
        assert_eq!(error.to_string(), expected);
    }
}
