//! Signals act on a whole process, so each test that sends one runs in a process of its own: [`alone`] starts the
//! test binary again for that one test.
//!
//! `raise` returns when the signal has been handled. After `kill` it may still be on its way to another thread, so
//! each `kill` is heard before the last subscription of the test ends: afterwards it would end the process.

use std::any::type_name;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::received::Signals;
use super::replaced::{Instead, Replaced};
use super::{Hangup, Inbox, block, inbox, subscribe};
use crate::sys::signals::{SIGNALS, testing};
use crate::words::reason::Signal;

/// Much longer than anything here takes; a wait that uses it up has failed.
const BOUND: Duration = Duration::from_secs(20);

/// Set in the process that a test has to itself.
const ALONE: &str = "LIFECYCLE_TEST_ALONE";

/// Runs `body` in a process of its own. To be called as the only thing in a test.
fn alone<F: FnOnce()>(body: F) {
    let Some(output) = output_alone(body) else {
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let passed = output.status.success() && text.contains("1 passed");
    assert!(passed, "{}\n{text}\n{errors}", output.status);
}

/// What came of running `body` in a process of its own; `None` in that process itself.
fn output_alone<F: FnOnce()>(body: F) -> Option<Output> {
    // The path of the closure begins with the name of the test that it stands in.
    let path = type_name::<F>().trim_end_matches("::{{closure}}");
    let (_, test) = path.split_once("::").expect("a crate and a path in it");
    if std::env::var_os(ALONE).is_some_and(|one| one == test) {
        body();
        return None;
    }
    let program = std::env::current_exe().expect("the path of the test binary");
    let mut command = Command::new(program);
    command.args([test, "--exact", "--nocapture"]).env(ALONE, test);
    Some(command.output().expect("the test binary starts"))
}

/// Waits until all of `expected` have arrived.
fn hear(inbox: &mut Inbox, expected: &[Signal]) {
    let begun = Instant::now();
    let mut heard = Signals::default();
    while !expected.iter().all(|&signal| heard.contains(signal)) {
        assert!(begun.elapsed() < BOUND, "heard only {heard:?} of {expected:?}");
        heard = heard.iter().chain(inbox.wait(Some(BOUND)).signals.iter()).collect();
    }
}

#[test]
fn signals_come_in_the_order_of_acting() {
    let set: Signals =
        [Signal::Quit, Signal::User1, Signal::Hangup, Signal::Interrupt, Signal::Terminate].into_iter().collect();
    let order: Vec<Signal> = set.iter().collect();
    let expected = [Signal::Terminate, Signal::Interrupt, Signal::Hangup, Signal::User1, Signal::Quit];
    assert_eq!(order, expected);
    assert!(Signals::default().is_empty() && !set.is_empty());
}

#[test]
fn a_wake_before_the_wait_is_not_lost() {
    let (mut inbox, waker) = inbox().unwrap();
    waker.wake();
    assert!(inbox.wait(None).signals.is_empty());
}

#[test]
fn a_wake_ends_a_wait_that_has_no_bound() {
    let (mut inbox, waker) = inbox().unwrap();
    let (about_to_wait, waiting) = mpsc::channel();
    let waiter = thread::spawn(move || {
        about_to_wait.send(()).unwrap();
        inbox.wait(None);
    });
    waiting.recv().unwrap();
    waker.wake();
    waiter.join().unwrap();
}

#[test]
fn wakes_beyond_what_the_socket_holds_neither_block_nor_fail() {
    let (mut inbox, waker) = inbox().unwrap();
    for _ in 0..100_000 {
        waker.wake();
    }
    inbox.wait(None);
}

#[test]
fn a_time_out_is_kept_and_zero_does_not_mean_for_ever() {
    let (mut inbox, _waker) = inbox().unwrap();
    for timeout in [Duration::ZERO, Duration::from_nanos(1), Duration::from_millis(20)] {
        let begun = Instant::now();
        inbox.wait(Some(timeout));
        assert!(begun.elapsed() >= timeout, "{timeout:?} lasted {:?}", begun.elapsed());
    }
}

#[test]
fn a_time_out_beyond_the_clock_is_none() {
    let (mut inbox, waker) = inbox().unwrap();
    waker.wake();
    inbox.wait(Some(Duration::MAX));
}

#[test]
fn an_inbox_takes_one_subscription_at_a_time() {
    alone(|| {
        let (_inbox, waker) = inbox().unwrap();
        let first = subscribe(&waker).unwrap();
        assert!(subscribe(&waker).is_err());
        drop(first);
        drop(subscribe(&waker).unwrap());
    });
}

#[test]
fn a_signal_before_the_handlers_stand_is_not_lost() {
    alone(|| {
        let blocked = block();
        testing::raise(libc::SIGTERM);
        testing::raise(libc::SIGHUP);
        let (mut inbox, waker) = inbox().unwrap();
        let _subscription = subscribe(&waker).unwrap();
        assert!(inbox.wait(Some(Duration::ZERO)).signals.is_empty());
        blocked.release();
        hear(&mut inbox, &[Signal::Terminate, Signal::Hangup]);
    });
}

#[test]
fn a_hangup_that_a_process_sends_is_none_of_a_terminal() {
    alone(|| {
        let (mut inbox, waker) = inbox().unwrap();
        let _subscription = subscribe(&waker).unwrap();
        for send in [testing::raise, testing::kill] {
            send(libc::SIGHUP);
            let received = inbox.wait(Some(BOUND));
            assert!(received.signals.contains(Signal::Hangup));
            assert_eq!(received.hangup, Hangup::Sent);
        }
    });
}

#[test]
fn signals_that_the_parent_had_blocked_are_heard_after_release() {
    alone(|| {
        let _parent = block();
        let blocked = block();
        let (mut inbox, waker) = inbox().unwrap();
        let _subscription = subscribe(&waker).unwrap();
        testing::raise(libc::SIGTERM);
        blocked.release();
        hear(&mut inbox, &[Signal::Terminate]);
    });
}

#[test]
fn blocking_without_release_leaves_the_mask_as_it_was() {
    alone(|| {
        let (mut inbox, waker) = inbox().unwrap();
        let _subscription = subscribe(&waker).unwrap();
        let outer = block();
        drop(block());
        testing::raise(libc::SIGINT);
        assert!(inbox.wait(Some(Duration::ZERO)).signals.is_empty(), "the outer block is undone");
        drop(outer);
        hear(&mut inbox, &[Signal::Interrupt]);
    });
}

#[test]
fn a_storm_loses_no_kind_of_signal_and_does_not_block() {
    alone(|| {
        let (mut inbox, waker) = inbox().unwrap();
        let _subscription = subscribe(&waker).unwrap();
        for _ in 0..10_000 {
            testing::raise(libc::SIGTERM);
        }
        // The socket is full now.
        testing::raise(libc::SIGHUP);
        hear(&mut inbox, &[Signal::Terminate, Signal::Hangup]);
        testing::raise(libc::SIGUSR1);
        hear(&mut inbox, &[Signal::User1]);
    });
}

#[test]
fn dispositions_are_put_back_exactly_and_can_be_taken_again() {
    alone(|| {
        testing::ignore(libc::SIGINT);
        let before = SIGNALS.map(testing::disposition);
        assert_eq!(before[0], libc::SIG_DFL);
        assert_eq!(before[1], libc::SIG_IGN);
        for _ in 0..3 {
            let (mut inbox, waker) = inbox().unwrap();
            let subscription = subscribe(&waker).unwrap();
            testing::kill(libc::SIGINT);
            hear(&mut inbox, &[Signal::Interrupt]);
            drop(subscription);
            assert_eq!(SIGNALS.map(testing::disposition), before);
        }
        testing::kill(libc::SIGINT);
    });
}

#[test]
fn the_default_is_back_after_the_last_subscription() {
    let output = output_alone(|| {
        let (mut inbox, waker) = inbox().unwrap();
        let subscription = subscribe(&waker).unwrap();
        testing::kill(libc::SIGTERM);
        hear(&mut inbox, &[Signal::Terminate]);
        drop(subscription);
        testing::raise(libc::SIGTERM);
    });
    let status = output.expect("the other process does not get here").status;
    assert_eq!(status.signal(), Some(libc::SIGTERM), "{status}");
}

#[test]
fn a_handler_that_somebody_installed_meanwhile_stays() {
    alone(|| {
        let (_inbox, waker) = inbox().unwrap();
        let subscription = subscribe(&waker).unwrap();
        testing::ignore(libc::SIGHUP);
        drop(subscription);
        assert_eq!(testing::disposition(libc::SIGHUP), libc::SIG_IGN);
        assert_eq!(testing::disposition(libc::SIGTERM), libc::SIG_DFL);
    });
}

#[test]
fn a_handler_that_was_taken_away_is_found_whatever_took_its_place() {
    alone(|| {
        testing::ignore(libc::SIGUSR1);
        let (_inbox, waker) = inbox().unwrap();
        assert_eq!(waker.replaced(), []);
        let subscription = subscribe(&waker).unwrap();
        assert_eq!((waker.newly_replaced(), waker.handlers()), (vec![], vec![]));
        testing::ignore(libc::SIGINT);
        testing::default(libc::SIGTERM);
        testing::handle(libc::SIGHUP);
        let by = |signal, by| Replaced { signal, by };
        let all = [
            by(Signal::Terminate, Instead::Default),
            by(Signal::Interrupt, Instead::Ignored),
            by(Signal::Hangup, Instead::Handler),
        ];
        assert_eq!(waker.newly_replaced(), all);
        assert_eq!((waker.newly_replaced(), waker.replaced()), (vec![], all.to_vec()));
        assert_eq!(waker.handlers(), all);
        drop(subscription);
        assert_eq!(waker.handlers(), []);
    });
}

#[test]
fn every_subscription_hears_every_signal() {
    alone(|| {
        let (mut one, one_waker) = inbox().unwrap();
        let (mut two, two_waker) = inbox().unwrap();
        let first = subscribe(&one_waker).unwrap();
        let _second = subscribe(&two_waker).unwrap();
        testing::kill(libc::SIGTERM);
        hear(&mut one, &[Signal::Terminate]);
        hear(&mut two, &[Signal::Terminate]);
        drop(first);
        testing::kill(libc::SIGUSR1);
        hear(&mut two, &[Signal::User1]);
        one_waker.wake();
        assert!(one.wait(Some(BOUND)).signals.is_empty());
    });
}

#[test]
fn a_signal_that_nobody_took_survives_the_subscription() {
    alone(|| {
        let (mut inbox, waker) = inbox().unwrap();
        let subscription = subscribe(&waker).unwrap();
        testing::raise(libc::SIGUSR1);
        drop(subscription);
        hear(&mut inbox, &[Signal::User1]);
    });
}

#[test]
fn subscriptions_may_come_and_go_during_a_storm() {
    alone(|| {
        // One stays, so that the default never comes back.
        let (_stays, waker) = inbox().unwrap();
        let _stays_too = subscribe(&waker).unwrap();
        let storm = thread::spawn(|| (0..20_000).for_each(|_| testing::raise(libc::SIGUSR1)));
        let mut rounds = 0;
        while !storm.is_finished() || rounds < 20 {
            let (mut inbox, waker) = inbox().unwrap();
            let subscription = subscribe(&waker).unwrap();
            testing::raise(libc::SIGHUP);
            assert!(inbox.wait(Some(BOUND)).signals.iter().count() > 0);
            drop(subscription);
            rounds += 1;
        }
        storm.join().unwrap();
    });
}

/// Regression: a handle of an App that was over kept the two descriptors of its guard.
#[cfg(target_os = "linux")]
#[test]
fn a_waker_that_outlives_its_inbox_keeps_no_descriptor_and_wakes_nothing() {
    alone(|| {
        let open = || std::fs::read_dir("/proc/self/fd").unwrap().count();
        let before = open();
        let (inbox, waker) = inbox().unwrap();
        assert_eq!(open(), before + 2);
        drop(inbox);
        assert_eq!(open(), before);
        waker.wake();
        assert!(subscribe(&waker).is_err());
    });
}

#[test]
fn there_is_room_for_sixteen_and_a_place_is_free_again() {
    alone(|| {
        let (_inboxes, wakers): (Vec<_>, Vec<_>) = (0..17).map(|_| inbox().unwrap()).unzip();
        let mut all: Vec<_> = wakers[..16].iter().map(|waker| subscribe(waker).unwrap()).collect();
        assert!(subscribe(&wakers[16]).is_err());
        all.pop();
        all.push(subscribe(&wakers[16]).unwrap());
        drop(all);
        assert_eq!(testing::disposition(libc::SIGTERM), libc::SIG_DFL);
    });
}

#[test]
fn the_handler_leaves_errno_alone() {
    alone(|| {
        let (_inbox, waker) = inbox().unwrap();
        let _subscription = subscribe(&waker).unwrap();
        // More than the socket holds, so that the last writes fail.
        for _ in 0..2_000 {
            assert_eq!(testing::errno_after(libc::ENOENT, libc::SIGHUP), libc::ENOENT);
        }
    });
}

#[cfg(target_os = "linux")]
#[test]
fn children_inherit_neither_mask_nor_handlers() {
    alone(|| {
        let blocked = block();
        let (_inbox, waker) = inbox().unwrap();
        let _subscription = subscribe(&waker).unwrap();
        blocked.release();
        let mut child = Command::new("sleep").arg("600").stdin(Stdio::null()).spawn().unwrap();
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        for field in ["SigBlk:", "SigIgn:", "SigCgt:"] {
            let line = status.lines().find(|line| line.starts_with(field)).unwrap();
            let bits = u64::from_str_radix(line[field.len()..].trim(), 16).unwrap();
            let ours = SIGNALS.iter().fold(0, |set, signal| set | 1_u64 << (signal - 1));
            assert_eq!(bits & ours, 0, "{line}");
        }
    });
}
