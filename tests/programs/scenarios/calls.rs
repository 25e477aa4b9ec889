//! A recorder, a subscriber and wakers that are called by the library, and one call of them that blocks or panics: the
//! variable `LC_CALL` says which, as `block 17` or `panic 17`. Without it, each call is told.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use lifecycle::{App, AppBuilder, Requests, Resource, ResourceSpec, Shutdown, TaskSpec};
use lifecycle_tests::stage::{FOR_EVER, say};
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};
use tracing::span;

pub(crate) fn app(name: &str) -> Option<AppBuilder> {
    let app = match name {
        "calls" => app_of_all_kinds(),
        // It does not hear that it is to end, so that there is a shutdown to be forced.
        "calls_deaf" => app_of_all_kinds().task(TaskSpec::new("deaf", |_: Shutdown| std::future::pending::<()>())),
        _ => return None,
    };
    metrics::set_global_recorder(Everything).expect("it is the first");
    tracing::subscriber::set_global_default(Everything).expect("it is the first");
    Some(app)
}

fn app_of_all_kinds() -> AppBuilder {
    let close = |name: &'static str| {
        ResourceSpec::value(name, Ledger).close(move |_| async move { say(format!("closed {name}")) })
    };
    App::builder()
        .resource(close("ledger"))
        .task(TaskSpec::new("tick", || async { Err::<(), _>("no luck") }).interval(FOR_EVER))
        .task(TaskSpec::new("waits", waits))
}

struct Ledger;

impl Resource for Ledger {}

/// Waits on threads of its own, with wakers that count: for each word of the shutdown, and by its tokens.
async fn waits(shutdown: Shutdown, requests: Requests) {
    let one = requests.begin("http");
    let begun = Arc::new(tokio::sync::Semaphore::new(0));
    let (tokens, draining_tokens) = (shutdown.token(), shutdown.draining_token());
    let (by_handle, by_drain, by_turn) = (shutdown.clone(), shutdown.clone(), shutdown.clone());
    wait_aside(&begun, async move { by_handle.requested().await });
    wait_aside(&begun, async move { by_drain.draining().await });
    wait_aside(&begun, async move { by_turn.cancelled().await });
    wait_aside(&begun, async move { tokens.cancelled().await });
    wait_aside(&begun, async move { draining_tokens.cancelled().await });
    let _ = begun.acquire_many(5).await;
    say("READY");
    shutdown.draining().await;
    drop(one);
    shutdown.cancelled().await;
    say("waits ends");
}

/// Polls a future on a thread of its own until it is ready. Once it has been polled, that is told.
fn wait_aside(begun: &Arc<tokio::sync::Semaphore>, future: impl Future<Output = ()> + Send + 'static) {
    let begun = begun.clone();
    std::thread::spawn(move || {
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        let mut future = pin!(future);
        let mut polls = 0;
        while future.as_mut().poll(&mut Context::from_waker(&waker)) == Poll::Pending {
            polls += 1;
            if polls == 1 {
                begun.add_permits(1);
            }
            // A wake that panicked is one that never came.
            std::thread::park_timeout(FOR_EVER);
        }
    });
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        call("waker");
        self.0.unpark();
    }
}

/// One of the calls that the library makes.
fn call(what: &str) {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let number = CALLS.fetch_add(1, Ordering::SeqCst) + 1;
    match std::env::var("LC_CALL") {
        Err(_) => say(format!("call {number} {what}")),
        Ok(bad) => match bad.split_once(' ') {
            Some(("block", bad)) if bad == number.to_string() => {
                say(format!("bad call {what}"));
                std::thread::sleep(FOR_EVER);
            }
            Some(("panic", bad)) if bad == number.to_string() => {
                say(format!("bad call {what}"));
                panic!("a bad call");
            }
            _ => {}
        },
    }
}

/// Hears everything.
struct Everything;

impl tracing::Subscriber for Everything {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        // That of tokio and others is not the library's.
        metadata.target().starts_with("lifecycle") && {
            call("subscriber.enabled");
            true
        }
    }

    fn max_level_hint(&self) -> Option<tracing::level_filters::LevelFilter> {
        Some(tracing::level_filters::LevelFilter::DEBUG)
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        static SPANS: AtomicU64 = AtomicU64::new(0);
        call(&format!("subscriber.new_span {}", attributes.metadata().name()));
        span::Id::from_u64(SPANS.fetch_add(1, Ordering::SeqCst) + 1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {
        call("subscriber.record");
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {
        call("subscriber.record_follows_from");
    }

    fn event(&self, event: &tracing::Event<'_>) {
        call(&format!("subscriber.event {}", event.metadata().level()));
    }

    fn enter(&self, _: &span::Id) {
        call("subscriber.enter");
    }

    fn exit(&self, _: &span::Id) {
        call("subscriber.exit");
    }

    fn clone_span(&self, id: &span::Id) -> span::Id {
        call("subscriber.clone_span");
        id.clone()
    }

    fn try_close(&self, _: span::Id) -> bool {
        call("subscriber.try_close");
        true
    }
}

impl Recorder for Everything {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
        call("recorder.describe_counter");
    }

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
        call("recorder.describe_gauge");
    }

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
        call("recorder.describe_histogram");
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        call(&format!("recorder.register_counter {}", key.name()));
        Counter::from_arc(Arc::new(Measure(key.name().to_owned())))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        call(&format!("recorder.register_gauge {}", key.name()));
        Gauge::from_arc(Arc::new(Measure(key.name().to_owned())))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        call(&format!("recorder.register_histogram {}", key.name()));
        Histogram::from_arc(Arc::new(Measure(key.name().to_owned())))
    }
}

/// One of them, by its name.
struct Measure(String);

impl CounterFn for Measure {
    fn increment(&self, _: u64) {
        call(&format!("counter.increment {}", self.0));
    }

    fn absolute(&self, _: u64) {
        call(&format!("counter.absolute {}", self.0));
    }
}

impl GaugeFn for Measure {
    fn increment(&self, _: f64) {
        call(&format!("gauge.increment {}", self.0));
    }

    fn decrement(&self, _: f64) {
        call(&format!("gauge.decrement {}", self.0));
    }

    fn set(&self, _: f64) {
        call(&format!("gauge.set {}", self.0));
    }
}

impl HistogramFn for Measure {
    fn record(&self, _: f64) {
        call(&format!("histogram.record {}", self.0));
    }
}

impl fmt::Debug for Everything {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Everything").finish()
    }
}
