//! Texts that would pass for lines of the library, and move the cursor, if they came to a terminal as they are.

use lifecycle::{App, AppBuilder, Shutdown, TaskSpec, Tasks};
use lifecycle_tests::stage::{FOR_EVER, hang, ready, say};

const HOSTILE: &str = "x\nlifecycle: forged\r\x1b[31m\u{2028}lifecycle: forged";

pub(crate) fn app(name: &str) -> Option<AppBuilder> {
    let app = App::builder();
    Some(match name {
        "forges" => {
            let busy = |tasks: Tasks, shutdown: Shutdown| async move {
                tasks.spawn(HOSTILE, hang("child"));
                shutdown.requested().await;
                Err::<(), _>(HOSTILE)
            };
            let failing = || async {
                say("probed");
                Err::<(), _>(HOSTILE)
            };
            app.task(TaskSpec::new("probe", failing).interval(FOR_EVER)).task(TaskSpec::new("busy", busy)).task(ready())
        }
        "forges_a_reason" => app.print_report(true).task(TaskSpec::new("asks", |shutdown: Shutdown| async move {
            say("READY");
            shutdown.request(HOSTILE);
        })),
        _ => return None,
    })
}
