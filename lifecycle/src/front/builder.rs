//! Building an App from values, from what the attributes registered, or both.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use lifecycle_rules::budget;

use crate::front::private::{Described, Flavor, MainDescriptor};
use crate::plan::parts::{Part, Sort};
use crate::run::drive::assembly::{Assembly, Code, Definition};
use crate::run::leaks::LeakSettings;
#[cfg(feature = "test-util")]
use crate::run::leaks::TestRuntime;
use crate::run::resource::res::Resource;
use crate::words::component::Tags;
use crate::words::phase::Phase;
use crate::words::place::Place;
use crate::words::settings::{Environment, Layer, resolve};

use super::app::App;
use super::build_error::BuildError;
#[cfg(feature = "test-util")]
use super::faults::Fault;
use super::process::Process;
use super::registry::{self, Expected};
use super::specs::{HookSpec, ResourceSpec, TaskSpec, from_attribute};

/// Builds an [`App`].
///
/// ```
/// use std::time::Duration;
/// use lifecycle::{App, Shutdown, TaskSpec};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let app = App::builder()
///     .timeout(Duration::from_secs(10))
///     .task(TaskSpec::new("work", |shutdown: Shutdown| async move { shutdown.request("done") }))
///     .build()
///     .unwrap();
/// let report = app.run().await;
/// assert!(report.is_clean());
/// # }
/// ```
#[must_use = "an App is built by `build`"]
pub struct AppBuilder {
    definitions: Vec<Definition>,
    /// What the attributes would have refused of the values that were added.
    refused: Vec<String>,
    /// Where it was begun.
    place: Place,
    layer: Layer,
    /// Threads of the runtime, as they were given.
    threads: Option<usize>,
    environment: bool,
    process: Process,
    print_report: bool,
    expected: Vec<Expected>,
    version: Option<Cow<'static, str>>,
    leaks: LeakSettings,
    #[cfg(feature = "test-util")]
    faults: Vec<Fault>,
}

impl App {
    /// Starts to build one.
    #[track_caller]
    pub fn builder() -> AppBuilder {
        AppBuilder::new()
    }
}

impl AppBuilder {
    #[track_caller]
    pub(crate) fn new() -> Self {
        Self {
            definitions: Vec::new(),
            refused: Vec::new(),
            place: Place::caller(),
            layer: Layer::default(),
            threads: None,
            environment: true,
            process: Process::default(),
            print_report: false,
            expected: Vec::new(),
            version: None,
            leaks: LeakSettings::default(),
            #[cfg(feature = "test-util")]
            faults: Vec::new(),
        }
    }

    /// What `#[lifecycle::test]` hands out.
    #[cfg(feature = "test-util")]
    pub(crate) fn for_test(runtime: TestRuntime) -> Self {
        let mut this = Self::new().signals(false).guard(false).environment(false);
        this.leaks = LeakSettings { detect: true, test: Some(runtime) };
        this
    }

    /// What `#[lifecycle::main]` says, with everything that is registered.
    pub(crate) fn for_main(main: &'static MainDescriptor) -> Self {
        let phases = main.settings.phases;
        let mut this = Self::new().registered().expected_at(main.settings.expected, main.place.place);
        this.layer = Layer {
            total: main.settings.timeout,
            phases: [
                phases.announce,
                phases.stop_new_work,
                phases.complete_current,
                phases.cancel_tasks,
                phases.force_cleanup,
            ],
        };
        this.version = main.settings.version.map(Cow::Borrowed);
        this.process.flavor = main.settings.flavor;
        this.process.worker_threads = main.settings.worker_threads;
        this.process.beside_main = main.settings.blocking;
        let function = main.function;
        let part = Part {
            name: "main".to_owned(),
            place: main.place.place,
            module: Some(main.place.module),
            priority: 0,
            tags: Tags::Borrowed(&[]),
            needs: function.keys(),
            sort: Sort::Main {
                takes_shutdown: function.takes_shutdown(),
                on_shutdown: main.settings.on_shutdown,
                blocking: main.settings.blocking,
            },
        };
        this.definitions.insert(0, Definition { part, code: Code::Run(from_attribute(function)) });
        this
    }

    /// Adds a task.
    pub fn task(mut self, task: TaskSpec) -> Self {
        self.refused.extend(task.refused());
        self.definitions.extend(task.definitions());
        self
    }

    /// Adds a resource.
    pub fn resource<T: Resource>(mut self, resource: ResourceSpec<T>) -> Self {
        self.refused.extend(resource.refused());
        self.definitions.push(resource.definition());
        self
    }

    /// Adds the resource that `#[resource]` made of this type, for an App that is not built from everything
    /// that is [`registered`](Self::registered).
    pub fn resource_type<T: Described>(mut self) -> Self {
        self.definitions.push(super::specs::described_resource(T::descriptor()));
        self
    }

    /// Adds a shutdown hook.
    pub fn hook(mut self, hook: HookSpec) -> Self {
        self.refused.extend(hook.refused());
        self.definitions.push(hook.definition());
        self
    }

    /// Adds everything that the attributes registered anywhere in the program, in an order that does not
    /// depend on the linker's.
    ///
    /// A crate that the program never names is dropped by the linker, and what it registers with
    /// it: name it once (`use my_tasks as _;`, or [`link!`](crate::link)), and [expect](Self::expected) it.
    pub fn registered(self) -> Self {
        self.registered_where(|_, _| true)
    }

    /// Adds what the attributes registered and the filter takes, by name and place in the code: for a program
    /// with several modes, or a test of a part.
    ///
    /// ```
    /// let app = lifecycle::App::builder().registered_where(|_, place| place.file.ends_with("worker.rs"));
    /// ```
    pub fn registered_where(mut self, takes: impl Fn(&str, &Place) -> bool) -> Self {
        let registered = registry::definitions().into_iter();
        self.definitions.extend(registered.filter(|definition| takes(&definition.part.name, &definition.part.place)));
        self
    }

    /// Crates that have to have registered something with an attribute, by their names in code or in `Cargo.toml`.
    ///
    /// [`build`](Self::build) refuses a program from which the linker has dropped one of them, because nothing in the
    /// program names it. Default: none is asked for.
    #[track_caller]
    pub fn expected<N: AsRef<str>>(self, crates: impl IntoIterator<Item = N>) -> Self {
        self.expected_at(crates, Place::caller())
    }

    pub(crate) fn expected_at<N: AsRef<str>>(mut self, crates: impl IntoIterator<Item = N>, place: Place) -> Self {
        let names: Vec<String> = crates.into_iter().map(|name| name.as_ref().to_owned()).collect();
        let faults = lifecycle_rules::crate_faults(names.iter().map(String::as_str));
        for (name, fault) in names.into_iter().zip(faults) {
            match fault {
                Some(fault) => self.refused.push(format!("{place}: App: {fault}")),
                None => self.expected.push(Expected { name, place }),
            }
        }
        self
    }

    /// The program's version, as probes tell it. `#[lifecycle::main]` says the one in `Cargo.toml`.
    ///
    /// ```
    /// let app = lifecycle::App::builder().version(env!("CARGO_PKG_VERSION"));
    /// ```
    pub fn version(mut self, version: impl Into<Cow<'static, str>>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// The time a shutdown has as a whole. Default 30 s.
    pub fn timeout(mut self, total: Duration) -> Self {
        self.layer.total = Some(total);
        self
    }

    /// The share of one phase. Default: its part of the total.
    pub fn phase(mut self, phase: Phase, share: Duration) -> Self {
        self.layer.phases[phase.index()] = Some(share);
        self
    }

    /// Time between the request and *stop_new_work*, for load balancers to look away. Default zero.
    pub fn announce(self, share: Duration) -> Self {
        self.phase(Phase::Announce, share)
    }

    /// Whether the App listens to signals while it runs. Default true.
    ///
    /// What stood in place of the handlers is put back when the last App of the process that listens has ended. A
    /// process can have 16 such Apps at once; each of them hears every signal.
    pub fn signals(mut self, listen: bool) -> Self {
        self.process.signals = listen;
        self
    }

    /// Whether a guard thread ends the process 250 ms after the total at the latest. Default true.
    ///
    /// Without it nothing outside the runtime keeps the deadline: code that blocks the runtime's threads can then hold
    /// up the end for ever. SIGQUIT and a third SIGINT do nothing then.
    pub fn guard(mut self, guard: bool) -> Self {
        self.process.guard = guard;
        self
    }

    /// Whether what the App leaves behind is looked for when it is over, and named in
    /// [`ShutdownReport::leaks`](crate::ShutdownReport::leaks). Default false, and true in `#[lifecycle::test]`.
    /// `LIFECYCLE_LEAKS=1` and `LIFECYCLE_LEAKS=0` override it.
    ///
    /// Looked for are handles ([`Res`](crate::Res)), tasks of the runtime, and on Linux child processes and open
    /// descriptors: what was not there when the App began and is there when it is over. What is about to go gets up to
    /// 31 ms to do so. A leak is printed and changes no exit code; [`assert_clean!`](crate::assert_clean) fails on it.
    ///
    /// Only what is surely this App's is named:
    ///
    /// - An App that runs on the program's main thread, and overlaps with no other App, is compared with all of the
    ///   process. What other parts of the program began meanwhile counts as well.
    /// - In a `#[lifecycle::test]`, other tests run in the same process. There the descriptors that the test's runtime
    ///   waits for (sockets and pipes of tokio) and the child processes that the test's thread started are compared.
    ///   A test that runs by itself (`--test-threads=1`, `cargo nextest`) is compared with all of the process. What the
    ///   test itself opens and starts while its App runs is not counted, if the App was started by `start`.
    /// - Elsewhere only handles, and tasks if no other App overlaps.
    ///
    /// In the first of these cases, what the library itself has opened and started for the App is looked for as well, when all
    /// of it is given back: a thread or a descriptor that stays is a fault of the library.
    ///
    /// What may be another's is no leak; a note of the report says how many such things there were.
    ///
    /// ```
    /// use lifecycle::{App, Shutdown, TaskSpec};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let careless = TaskSpec::new("careless", |shutdown: Shutdown| async move {
    ///     tokio::spawn(std::future::pending::<()>());
    ///     shutdown.request("that was all");
    /// });
    /// let report = App::builder().task(careless).detect_leaks(true).build().unwrap().run().await;
    /// assert_eq!(report.leaks[0].to_string(), "1 task still runs that was not spawned through `Tasks`");
    /// # }
    /// ```
    pub fn detect_leaks(mut self, detect: bool) -> Self {
        self.leaks.detect = detect;
        self
    }

    /// Whether `LIFECYCLE_TIMEOUT`, `LIFECYCLE_PHASES`, `LIFECYCLE_REPORT` and `LIFECYCLE_LEAKS` count. Default true.
    pub fn environment(mut self, read: bool) -> Self {
        self.environment = read;
        self
    }

    /// Prints the report's table on stderr in any case, not only when something was not clean. Default false.
    pub fn print_report(mut self, print: bool) -> Self {
        self.print_report = print;
        self
    }

    /// Threads of the runtime that [`App::run_blocking`] builds; one thread is a `current_thread` runtime.
    /// Default: tokio's. Zero is refused by [`build`](Self::build).
    pub fn worker_threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self.process.flavor = Some(if threads <= 1 { Flavor::CurrentThread } else { Flavor::MultiThread });
        self.process.worker_threads = (threads > 1).then_some(threads);
        self
    }

    /// Has a component suffer a fault. Feature `test-util`.
    ///
    /// A fault at a component that does not exist, or at a point that it does not have, is a fault of the wiring: it is
    /// listed by [`build`](Self::build), with the names that may have been meant.
    #[cfg(feature = "test-util")]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Checks the settings and the wiring.
    ///
    /// # Errors
    ///
    /// Every fault is listed, with its place in the code: options that the attributes would refuse, a name given twice, a
    /// resource that is not registered, an [`expected`](Self::expected) crate that registered nothing, a cycle, a priority
    /// against the wiring, budgets that do not fit, a bad variable in the environment. Nothing has been opened then.
    pub fn build(mut self) -> Result<App, BuildError> {
        let mut faults = std::mem::take(&mut self.refused);
        let program = self.layer_by_the_rules(&mut faults);
        #[cfg(feature = "test-util")]
        faults.extend(super::faults::put_into(&mut self.definitions, self.faults));
        faults.extend(registry::missing(&self.expected));
        let (environment, bad) = if self.environment { Environment::read() } else { Default::default() };
        faults.extend(bad.iter().map(ToString::to_string));
        // The good half of the variables would only lead to more faults.
        let outside = if bad.is_empty() { environment.layer } else { Layer::default() };
        let budget = resolve(program, outside).unwrap_or_else(|error| {
            faults.push(error.to_string());
            Default::default()
        });
        let assembly = Assembly::new(self.definitions, budget);
        if let (Ok(assembly), Some(version)) = (&assembly, self.version) {
            let _ = assembly.shared.version.set(version);
        }
        let mut report = environment.report;
        report.always_print |= self.print_report;
        let leaks = LeakSettings { detect: environment.leaks.unwrap_or(self.leaks.detect), ..self.leaks };
        match assembly {
            Ok(assembly) if faults.is_empty() => {
                Ok(App::new(assembly, self.process, report, environment.describe, leaks))
            }
            Ok(_) => Err(BuildError::new(faults, report)),
            Err(wiring) => {
                faults.extend(wiring.iter().map(ToString::to_string));
                Err(BuildError::new(faults, report))
            }
        }
    }

    /// What the program says about budgets and threads, if it keeps the rules of `#[lifecycle::main]`.
    fn layer_by_the_rules(&self, faults: &mut Vec<String>) -> Layer {
        let Layer { total, phases } = self.layer;
        let force_cleanup = phases[Phase::ForceCleanup.index()];
        let zero = total.and_then(budget::total_fault).into_iter();
        let mut found: Vec<_> = zero.chain(force_cleanup.and_then(budget::force_cleanup_fault)).collect();
        if found.is_empty() {
            found.extend(budget::sum_fault(total, phases));
        }
        let layer = if found.is_empty() { self.layer } else { Layer::default() };
        found.extend(self.threads.and_then(lifecycle_rules::worker_threads));
        faults.extend(found.into_iter().map(|fault| format!("{}: App: {}", self.place, fault.text)));
        layer
    }
}

impl fmt::Debug for AppBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppBuilder").field("definitions", &self.definitions).finish_non_exhaustive()
    }
}
