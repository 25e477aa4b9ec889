//! Programs that install handlers of signals as well, by the crates that are used for it.

use lifecycle_tests::driver::{Program, Running, Signal};

use super::scenario;

fn ready(program: Program) -> Running {
    let running = program.start();
    running.wait_for("READY");
    running
}

/// Regression: `ctrlc::set_handler` took SIGINT, SIGTERM and SIGHUP away, and nothing said so.
#[test]
fn a_handler_that_takes_the_place_of_ours_is_said_once_for_each_signal() {
    let (stdin, open) = std::io::pipe().expect("a pipe");
    let mut running = ready(scenario("ctrlc_after").stdin(stdin));
    for signal in ["SIGINT", "SIGTERM", "SIGHUP"] {
        running.wait_for_stderr(&format!("lifecycle: {signal}: lifecycle's handler was replaced"));
    }
    running.signal(Signal::USR1).wait_for_stderr("  signal   SIGINT: lifecycle's handler was replaced");
    running.signal(Signal::INT).wait_for("ctrlc heard");
    drop(open);
    let ended = running.end();
    ended.exits(0);
    let report = ended.report();
    assert_eq!(report["reason"]["why"], "told by stdin", "{report:#}");
    let notes: Vec<&str> = report["notes"].as_array().unwrap().iter().filter_map(|note| note.as_str()).collect();
    for signal in ["SIGINT", "SIGTERM", "SIGHUP"] {
        let said = ended.err.matches(&format!("lifecycle: {signal}: lifecycle's handler")).count();
        assert_eq!(said, 1, "{ended:#?}");
        assert!(notes.iter().any(|note| note.starts_with(signal) && note.contains("was replaced")), "{report:#}");
    }
    assert!(notes.iter().all(|note| !note.contains("SIGUSR1")), "{report:#}");
}

#[test]
fn a_handler_that_passes_signals_on_is_no_trouble() {
    let mut running = ready(scenario("tokio_after"));
    running.signal(Signal::USR1).wait_for_stderr("SIGTERM: another handler was installed after lifecycle's; no signal");
    running.signal(Signal::HUP).wait_for("tokio heard SIGHUP");
    running.signal(Signal::USR1).wait_for_stderr("SIGHUP: another handler was installed after lifecycle's, and passes");
    let ended = running.end_by(Signal::TERM);
    ended.exits(0).says(&["tokio heard SIGTERM", "over"]);
    let hooked = ready(scenario("signal_hook_after")).end_by(Signal::TERM);
    hooked.exits(0).says(&["signal_hook heard: true", "over"]);
    for ended in [ended, hooked] {
        let report = ended.report();
        assert_eq!(report["reason"]["signal"], "SIGTERM", "{report:#}");
        assert_eq!(report["notes"], serde_json::json!([]), "{report:#}");
        assert!(!ended.err.contains("was replaced"), "{ended:#?}");
    }
}

/// Ours stands in their place, says so, and gives it back.
#[test]
fn a_handler_that_was_there_before_hears_again_when_the_app_is_over() {
    for whose in ["ctrlc", "signal_hook"] {
        let mut running = ready(scenario("handler_before").arg(whose));
        running.signal(Signal::TERM).wait_for("over: SIGTERM, heard: false");
        let ended = running.end_by(Signal::TERM);
        ended.exits(0).tells("lifecycle: SIGTERM: the program had a handler of its own");
        ended.tells("note: SIGTERM: the program had a handler of its own");
        assert_eq!(ended.err.contains("SIGINT: the program"), whose == "ctrlc", "{ended:#?}");
    }
}
