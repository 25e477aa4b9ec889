//! A thousand `#[lifecycle::test]`s in one process, and what they leave behind. This file has one test, so that nothing
//! else opens or starts anything meanwhile.

#![cfg(all(target_os = "linux", feature = "macros", feature = "test-util"))]

use std::time::{Duration, Instant};

use lifecycle::__private::{AppBuilder, Inferred, Origin, Run, TestDescriptor, TestGives, TestTakes, run, test};
use lifecycle::{Shutdown, TaskSpec};

/// What such a test is made of, as the attribute does it: a `#[test]` cannot be called.
static TRIVIAL: TestDescriptor =
    TestDescriptor { name: "trivial", place: Origin::new(file!(), line!(), column!(), module_path!()), run: begin };

fn begin(app: AppBuilder) -> Run {
    run(trivial(<Inferred<_> as TestTakes<()>>::take(app)), <Inferred<_> as TestGives<()>>::settle)
}

async fn trivial(app: AppBuilder) {
    let waits = TaskSpec::new("waits", |shutdown: Shutdown| async move { shutdown.draining().await });
    let app = app.task(waits).start().await;
    lifecycle::assert_clean!(app.finish().await);
}

/// Runs so many, each on a thread of its own, two at a time, as the test harness does. Gives the processor time that they
/// took, which a busy machine does not change much.
fn run_tests(count: usize) -> Duration {
    let before = processor_time();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..count / 2 {
                    std::thread::spawn(|| test(&TRIVIAL)).join().expect("no test fails");
                }
            });
        }
    });
    processor_time() - before
}

/// Of this process: the fourteenth and fifteenth field of its `stat`, in hundredths of a second.
fn processor_time() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").expect("it can be read");
    let (_, after_name) = text.rsplit_once(')').expect("its name is in parentheses");
    let fields = after_name.split_ascii_whitespace().skip(11).take(2);
    Duration::from_millis(10 * fields.map(|field| field.parse::<u64>().expect("a number")).sum::<u64>())
}

fn entries(folder: &str) -> usize {
    std::fs::read_dir(folder).expect("it can be read").count()
}

/// How many descriptors and threads there are, as soon as there are no more than these.
fn left(before: (usize, usize)) -> (usize, usize) {
    let began = Instant::now();
    loop {
        let now = (entries("/proc/self/fd"), entries("/proc/self/task"));
        if (now.0 <= before.0 && now.1 <= before.1) || began.elapsed() > Duration::from_secs(20) {
            return now;
        }
        std::thread::yield_now();
    }
}

/// Regression: each test left descriptors behind, and looked at all that those before it had left: three hundred took 43 s.
#[test]
fn a_thousand_tests_leave_nothing_behind_and_the_last_take_no_longer_than_the_first() {
    run_tests(100);
    let before = (entries("/proc/self/fd"), entries("/proc/self/task"));
    let times = [0; 5].map(|_| run_tests(200));
    println!("200 tests each: {times:?}");
    let after = left(before);
    assert!(after.0 <= before.0 && after.1 <= before.1, "{before:?} before, {after:?} after");
    let all: Duration = times.iter().sum();
    assert!(all < Duration::from_secs(10), "1,000 tests took {all:?}");
    assert!(times[4] < 2 * times[0] + Duration::from_millis(200), "it takes longer and longer: {times:?}");
}
