use std::time::Duration;

use rustix::process::{Pid, test_kill_process};

use super::*;

fn shell(script: &str) -> Vec<String> {
    ["/bin/sh", "-c", script].map(str::to_owned).to_vec()
}

#[tokio::test]
async fn the_first_line_and_the_status_are_kept() {
    let (line, status) = run(&shell("echo first; echo second; exit 3")).await.unwrap();
    assert_eq!((line.as_str(), status.code()), ("first", Some(3)));
    let (line, status) = run(&shell("exit 0")).await.unwrap();
    assert_eq!((line.as_str(), status.success()), ("", true));
}

#[tokio::test]
async fn a_command_that_says_much_does_not_wait_for_a_reader() {
    let (line, status) = run(&shell("echo first; head -c 1000000 /dev/zero")).await.unwrap();
    assert_eq!((line.as_str(), status.success()), ("first", true));
}

#[tokio::test]
async fn a_program_that_does_not_exist_is_an_error() {
    assert_eq!(run(&["/no/such/program".to_owned()]).await.unwrap_err().kind(), io::ErrorKind::NotFound);
}

/// Polls a real condition, for ten seconds at most.
async fn becomes_true(condition: impl Fn() -> bool) -> bool {
    for _ in 0..1000 {
        if condition() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

#[tokio::test]
async fn dropped_before_its_end_it_takes_what_it_has_started_with_it() {
    let folder = crate::scratch::Scratch::new("cluster-test").unwrap();
    let file = folder.path().join("pids");
    let script = format!("sleep 600 & echo $$ $! > {0}.new; mv {0}.new {0}; wait", file.display());
    let command = shell(&script);
    let running = tokio::spawn(async move { run(&command).await });
    assert!(becomes_true(|| file.exists()).await, "the command did not start");
    let pids: Vec<Pid> = std::fs::read_to_string(&file)
        .unwrap()
        .split_whitespace()
        .map(|pid| Pid::from_raw(pid.parse().unwrap()).unwrap())
        .collect();
    assert!(pids.len() == 2 && pids.iter().all(|pid| test_kill_process(*pid).is_ok()));
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    assert!(becomes_true(|| pids.iter().all(|pid| is_gone(*pid))).await, "{pids:?}");
    folder.remove().unwrap();
}

/// Gone, or a zombie that is its new parent's business.
fn is_gone(pid: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    test_kill_process(pid).is_err() || stat.is_ok_and(|stat| stat.contains(") Z "))
}
