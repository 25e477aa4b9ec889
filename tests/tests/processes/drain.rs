//! The phases in order: what is announced, drained and completed, and the hooks in between.

use std::time::Duration;

use lifecycle_tests::driver::{Ended, Program, SLACK, Signal, over_within, proc};

use super::{FLAVORS, scenario};

fn stopped(program: Program) -> Ended {
    let running = program.start();
    running.wait_for("READY");
    running.end_by(Signal::TERM)
}

#[test]
fn while_it_is_announced_work_is_still_accepted() {
    for workers in FLAVORS {
        over_within(Duration::from_millis(400) + SLACK, || {
            let ended = stopped(scenario("announce").workers(workers));
            ended.exits(0);
            ended.says(&["requested, draining: false", "accepted: true", "draining", "accepted: false"]);
            assert!(ended.elapsed >= Duration::from_millis(400), "announced for {:?}", ended.elapsed);
            let took = ended.phase_took("announce");
            assert!(took >= 0.39, "announced for {took} s");
            ended.elapsed
        });
    }
}

#[test]
fn without_time_to_announce_the_phase_is_not_mentioned() {
    let phases = stopped(scenario("idle")).phases();
    let names: Vec<&str> = phases.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["stop_new_work", "complete_current", "cancel_tasks", "force_cleanup"]);
}

#[test]
fn requests_in_progress_are_drained_and_late_ones_refused() {
    for workers in FLAVORS {
        let ended = stopped(scenario("requests").workers(workers));
        ended.exits(0).says(&["late one refused: true", "answered"]);
        let requests = &ended.report()["requests"];
        assert_eq!(
            requests,
            &serde_json::json!({ "drained": 1, "lost": 0, "refused": 1, "oldest": null, "by_name": [
            { "name": "orders", "drained": 1, "lost": 0, "refused": 1 }
        ] })
        );
    }
}

#[test]
fn requests_that_do_not_end_are_counted_as_lost() {
    over_within(Duration::from_secs(1) + SLACK, || {
        let ended = stopped(scenario("requests_lost").timeout("1s"));
        ended.exits(3).never_says("answered").tells("1 lost").tells("1 of `orders`");
        assert_eq!(ended.report()["requests"]["lost"], 1, "{ended:#?}");
        assert_eq!(ended.report()["requests"]["oldest"]["name"], "orders", "{ended:#?}");
        assert!(ended.phases().contains(&("complete_current".into(), "timed_out".into())), "{ended:#?}");
        ended.elapsed
    });
}

#[test]
fn sigusr1_and_the_report_say_how_old_the_oldest_request_is() {
    let mut running = scenario("requests_lost").timeout("2s").start();
    running.wait_for("READY");
    // The first look at a request knows nothing of its age.
    proc::until(
        Duration::from_secs(10),
        || running.signal(Signal::USR1).stderr().contains("orders: 1 in progress (oldest "),
        || "the age was never told".to_owned(),
    );
    let ended = running.end_by(Signal::TERM);
    ended.exits(3).tells("1 lost (oldest `orders`, ");
    let oldest = &ended.report()["requests"]["oldest"];
    let age = oldest["age"].as_f64().expect("an age");
    let waited = ended.phase_took("complete_current");
    assert!(age >= waited - 0.05, "{age} s old after {waited} s: {ended:#?}");
}

#[test]
fn requests_that_a_second_sigint_cuts_off_are_lost() {
    let mut running = scenario("requests_lost").start();
    running.wait_for("READY");
    running.signal(Signal::INT);
    std::thread::sleep(Duration::from_millis(400));
    let ended = running.end_by(Signal::INT);
    ended.exits(130);
    assert_eq!(ended.report()["requests"]["lost"], 1, "{ended:#?}");
}

#[test]
fn stop_new_work_lasts_until_the_listeners_have_drained_their_queues() {
    let ended = stopped(scenario("acceptor"));
    ended.exits(0).says(&["queue drained in Some(StopNewWork)", "answered in Some(CompleteCurrent)"]);
    assert!(ended.phase_took("stop_new_work") >= 0.09, "{ended:#?}");
}

#[test]
fn a_listener_that_does_not_close_costs_its_phase_and_no_more() {
    over_within(Duration::from_millis(300) + SLACK, || {
        let ended = stopped(scenario("acceptor_stuck").phases("stop_new_work=300ms"));
        ended.exits(0).outcome("listener", "stopped");
        assert!(ended.phases().contains(&("stop_new_work".into(), "timed_out".into())), "{ended:#?}");
        ended.elapsed
    });
}

#[test]
fn hooks_run_in_the_order_of_phases_and_priorities_one_group_after_the_other() {
    let ended = stopped(scenario("hooks"));
    ended.exits(0);
    let lines: Vec<&str> =
        ended.out.lines().filter(|line| line.starts_with("begin ") || line.starts_with("end ")).collect();
    let order = ["announce", "stop high", "stop low", "complete_current", "cancel_tasks", "force_cleanup"];
    let expected: Vec<String> =
        order.iter().flat_map(|name| [format!("begin {name}"), format!("end {name}")]).collect();
    assert_eq!(lines, expected);
}

#[test]
fn a_hook_that_fails_or_panics_is_named_and_shutdown_goes_on() {
    for (name, outcome, program) in
        [("goodbye", "failed", scenario("hook_fails")), ("goodbye", "panicked", scenario("hook_panics").may_panic())]
    {
        let ended = stopped(program);
        ended.exits(3).outcome(name, outcome).error(name, "no one to say goodbye to").tells(name).says(&["over"]);
    }
}

#[test]
fn a_hook_that_blocks_its_thread_is_named() {
    for (workers, code) in [(1, 124), (2, 3)] {
        over_within(Duration::from_secs(1) + SLACK, || {
            let ended = stopped(scenario("hook_blocks").workers(workers).timeout("1s"));
            ended.exits(code).blocked("goodbye").tells("goodbye");
            ended.elapsed
        });
    }
}

#[test]
fn progress_is_told_at_most_once_a_second_and_names_what_is_waited_for() {
    let running = scenario("ignores_asleep").timeout("3s").start();
    running.wait_for("deaf sleeps");
    let ended = running.end_by(Signal::TERM);
    ended.exits(3);
    let told = ended.err.lines().filter(|line| line.contains("after the request")).collect::<Vec<_>>();
    assert!((1..=3).contains(&told.len()), "{told:?}");
    assert!(told.iter().all(|line| line.contains("deaf") && line.contains("left")), "{told:?}");
}
