//! What exporters of the `metrics` facade are told.

use std::collections::BTreeMap;
use std::time::Duration;

use lifecycle::{App, Requests, Restart, Shutdown, TaskSpec};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};

/// Every measure with its labels, and its value: of a histogram, how many values it has.
fn measured(app: App) -> BTreeMap<String, f64> {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    metrics::with_local_recorder(&recorder, || runtime.block_on(app.run()));
    let measures = snapshotter.snapshot().into_vec();
    let measure = |(key, _, _, value): (metrics_util::CompositeKey, _, _, DebugValue)| {
        let key = key.key();
        let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let value = match value {
            DebugValue::Counter(count) => count as f64,
            DebugValue::Gauge(value) => value.into_inner(),
            DebugValue::Histogram(values) => values.len() as f64,
        };
        (format!("{}{{{}}}", key.name(), labels.join(",")), value)
    };
    measures.into_iter().map(measure).collect()
}

#[test]
fn states_runs_restarts_phases_and_requests_are_measured() {
    let ticks = TaskSpec::new("ticks", || async { Err::<(), _>("no luck") }).interval(Duration::from_secs(1));
    let comes_back =
        TaskSpec::new("comes back", || async { Err::<(), _>("again") }).restart(Restart::OnFailure).critical(false);
    let ends = TaskSpec::new("ends", |shutdown: Shutdown, requests: Requests| async move {
        let _one = requests.begin("http");
        tokio::time::sleep(Duration::from_millis(2500)).await;
        shutdown.request("enough");
    });
    let app = App::builder().signals(false).guard(false).environment(false);
    let measures = measured(app.task(ticks).task(comes_back).task(ends).build().unwrap());
    for (name, expected) in [
        ("lifecycle_component_state{component=ticks,kind=task,state=running}", 0.0),
        ("lifecycle_component_state{component=ticks,kind=task,state=stopped}", 1.0),
        ("lifecycle_task_runs_total{task=ticks,result=failed}", 3.0),
        ("lifecycle_task_run_seconds{task=ticks}", 3.0),
        ("lifecycle_task_runs_total{task=ends,result=ok}", 1.0),
        ("lifecycle_requests_in_flight{name=http}", 0.0),
        ("lifecycle_shutdown_phase_seconds{phase=complete_current,end=completed}", 1.0),
        ("lifecycle_shutdown_seconds{exit_code=0}", 1.0),
        ("lifecycle_requests_lost_total{}", 0.0),
    ] {
        assert_eq!(measures.get(name), Some(&expected), "{name} of {measures:#?}");
    }
    assert!(measures["lifecycle_task_restarts_total{task=comes back}"] >= 3.0, "{measures:#?}");
}
