//! A shutdown hook as a value.

use std::fmt;
use std::time::Duration;

use crate::front::private::HookDescriptor;
use crate::plan::parts::{Part, Sort};
use crate::run::drive::assembly::{Code, Definition};
use crate::run::handles::code::Factory;
use crate::run::handles::inject::Parameters;
use crate::words::component::{HookSettings, Kind, Tags, TypeKey};
use crate::words::phase::Phase;
use crate::words::place::Place;

use super::body::{Body, factory, from_attribute};
use super::refused::refused;

/// A shutdown hook as a value: what `#[shutdown_hook]` makes of a function, for
/// [`AppBuilder::hook`](crate::AppBuilder::hook).
///
/// ```
/// use lifecycle::{HookSpec, Phase};
///
/// let goodbye = HookSpec::new("goodbye", Phase::StopNewWork, || async { println!("closing time") });
/// ```
pub struct HookSpec {
    name: String,
    place: Place,
    module: Option<&'static str>,
    priority: i32,
    tags: Tags,
    settings: HookSettings,
    needs: Vec<TypeKey>,
    factory: Factory,
}

impl HookSpec {
    /// A hook that runs this body when the phase begins; its parameters are injected.
    #[track_caller]
    pub fn new<P: Parameters, B: Body<P>>(name: impl Into<String>, phase: Phase, body: B) -> Self {
        Self {
            name: name.into(),
            place: Place::caller(),
            module: None,
            priority: 0,
            tags: Tags::Borrowed(&[]),
            settings: HookSettings::new(phase),
            needs: P::needs(),
            factory: factory(body),
        }
    }

    /// Within its phase, a higher priority runs first; equal ones together. Default 0.
    pub fn priority(mut self, priority: i32) -> Self {
        self.priority = priority;
        self
    }

    /// Bounds its run. Default: its fair share of the phase.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = Some(timeout);
        self
    }

    /// Labels.
    pub fn tags(mut self, tags: impl IntoIterator<Item = &'static str>) -> Self {
        self.tags = tags.into_iter().collect::<Vec<_>>().into();
        self
    }

    /// What the attribute refuses at compile time.
    pub(crate) fn refused(&self) -> Vec<String> {
        let timeout = self.settings.timeout.and_then(lifecycle_rules::hook_timeout);
        refused((Kind::Hook, &self.name, self.place), &self.tags, timeout)
    }

    pub(crate) fn definition(self) -> Definition {
        let part = Part {
            name: self.name,
            place: self.place,
            module: self.module,
            priority: self.priority,
            tags: self.tags,
            needs: self.needs,
            sort: Sort::Hook(self.settings),
        };
        Definition { part, code: Code::Run(self.factory) }
    }
}

impl From<&'static HookDescriptor> for HookSpec {
    fn from(descriptor: &'static HookDescriptor) -> Self {
        let function = descriptor.function;
        Self {
            name: descriptor.name.to_owned(),
            place: descriptor.place.place,
            module: Some(descriptor.place.module),
            priority: descriptor.priority,
            tags: Tags::Borrowed(descriptor.tags),
            settings: descriptor.settings,
            needs: function.keys(),
            factory: from_attribute(function),
        }
    }
}

impl fmt::Debug for HookSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HookSpec").field("name", &self.name).field("settings", &self.settings).finish_non_exhaustive()
    }
}
