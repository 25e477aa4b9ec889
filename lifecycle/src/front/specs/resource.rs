//! A resource as a value.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::BoxError;
use crate::front::private::{
    AnyArc, AnyBox, Closer, Open, OpenError, OpenFn, OpenFuture, OpenOutput, OpenParameters, ResourceDescriptor,
    Roaming, Verdict, open_owned, opener, owned,
};
use crate::plan::parts::{Part, Sort};
use crate::run::drive::assembly::{Code, Definition};
use crate::run::handles::inject::Context;
use crate::run::resource::code::Closing;
use crate::run::resource::res::Resource;
use crate::sys::locks::lock;
use crate::words::component::{Kind, ResourceSettings, Tags, TypeKey};
use crate::words::place::Place;

use super::refused::refused;

/// A resource as a value: what `#[resource]` makes of a type, for
/// [`AppBuilder::resource`](crate::AppBuilder::resource).
///
/// ```
/// use lifecycle::{Resource, ResourceSpec};
///
/// struct Journal(Vec<String>);
/// impl Resource for Journal {}
///
/// let journal = ResourceSpec::new("journal", || async { Ok::<_, String>(Journal(Vec::new())) })
///     .close(|journal: Journal| async move { println!("{} lines", journal.0.len()) });
/// ```
pub struct ResourceSpec<T> {
    name: String,
    place: Place,
    priority: i32,
    tags: Tags,
    settings: ResourceSettings,
    open: Arc<dyn Open>,
    close: Closing,
    shape: PhantomData<fn() -> T>,
}

impl<T: Resource> ResourceSpec<T> {
    /// A resource that is opened by this function: sync or async, with injected parameters, giving `T` or
    /// `Result<T, E>`.
    #[track_caller]
    pub fn new<F, P, O, K>(name: impl Into<String>, open: F) -> Self
    where
        F: OpenFn<T, P, O>,
        O: OpenOutput<T, K, Error: OpenError<T>, Future: Send> + 'static,
        P: OpenParameters<T>,
        K: 'static,
    {
        Self::with(name.into(), Place::caller(), Arc::new(Roaming::new(opener(open))))
    }

    /// A resource that exists already. Once [`Groups`](crate::Groups) have stopped it, it cannot be started again: there is no function
    /// knows how to make another one.
    #[track_caller]
    pub fn value(name: impl Into<String>, value: T) -> Self {
        Self::with(name.into(), Place::caller(), Arc::new(Ready(Mutex::new(Some(value)))))
    }

    fn with(name: String, place: Place, open: Arc<dyn Open>) -> Self {
        Self {
            name,
            place,
            priority: 0,
            tags: Tags::Borrowed(&[]),
            settings: ResourceSettings::DEFAULT,
            open,
            close: Closing::Drop,
            shape: PhantomData,
        }
    }

    /// Closes the value by this function, once the handles are gone. Default: it is dropped.
    ///
    /// The function gives a future of `()`, `bool` (false: it failed) or `Result<T, E>` with `E: Debug`. It may be
    /// dropped at an `.await` when its time is over. Handles that stay keep the value from closing; see
    /// [`Res`](crate::Res).
    pub fn close<F, O>(mut self, close: F) -> Self
    where
        F: Fn(T) -> O + Send + Sync + 'static,
        O: Future<Output: Verdict<T>> + Send + 'static,
    {
        self.settings.shared = false;
        self.close = Closing::Owned(Arc::new(move |value: AnyBox| {
            let closing = close(owned::<T>(value));
            Box::pin(async move { closing.await.verdict() })
        }));
        self
    }

    /// Closes the value by this function while others may still hold handles, because that is what makes
    /// them let go.
    pub fn close_shared<F, O>(mut self, close: F) -> Self
    where
        F: Fn(Arc<T>) -> O + Send + Sync + 'static,
        O: Future<Output: Verdict<T>> + Send + 'static,
    {
        self.settings.shared = true;
        self.close = Closing::Shared(Arc::new(move |value: AnyArc| {
            let closing = close(crate::front::private::shared::<T>(value));
            Box::pin(async move { closing.await.verdict() })
        }));
        self
    }

    /// Whether `close` blocks; then it runs on a thread of its own. Default false.
    pub fn blocking(mut self, blocking: bool) -> Self {
        self.settings.blocking = blocking;
        self
    }

    /// Among resources that do not depend on each other, the higher closes first. Default 0.
    pub fn priority(mut self, priority: i32) -> Self {
        self.priority = priority;
        self
    }

    /// Bounds the opening. Default 10 s.
    pub fn open_timeout(mut self, timeout: Duration) -> Self {
        self.settings.open_timeout = Some(timeout);
        self
    }

    /// Bounds the closing, waiting for handles included. Default 5 s, or the reserve of *force_cleanup* if that is
    /// shorter.
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.settings.close_timeout = Some(timeout);
        self
    }

    /// Labels.
    pub fn tags(mut self, tags: impl IntoIterator<Item = &'static str>) -> Self {
        self.tags = tags.into_iter().collect::<Vec<_>>().into();
        self
    }

    /// What the attribute refuses at compile time.
    pub(crate) fn refused(&self) -> Vec<String> {
        let open = self.settings.open_timeout.and_then(lifecycle_rules::open_timeout);
        let close = self.settings.close_timeout.and_then(lifecycle_rules::close_timeout);
        refused((Kind::Resource, &self.name, self.place), &self.tags, open.into_iter().chain(close))
    }

    pub(crate) fn definition(self) -> Definition {
        let part = Part {
            name: self.name,
            place: self.place,
            module: None,
            priority: self.priority,
            tags: self.tags,
            needs: self.open.needs(),
            sort: Sort::Resource {
                key: TypeKey::of::<T>(),
                settings: self.settings,
                hears: self.open.takes_shutdown(),
            },
        };
        Definition { part, code: Code::Resource { open: self.open, close: self.close } }
    }
}

/// What `#[resource]` left behind.
pub(crate) fn described(descriptor: &'static ResourceDescriptor) -> Definition {
    let close = match descriptor.close {
        Closer::Drop => Closing::Drop,
        Closer::Owned(function) => Closing::Owned(Arc::new(function)),
        Closer::Shared(function) => Closing::Shared(Arc::new(function)),
    };
    let part = Part {
        name: descriptor.name().to_owned(),
        place: descriptor.place.place,
        module: Some(descriptor.place.module),
        priority: descriptor.priority(),
        tags: Tags::Borrowed(descriptor.tags),
        needs: descriptor.open.open.needs(),
        sort: Sort::Resource {
            key: (descriptor.key)(),
            settings: descriptor.settings,
            hears: descriptor.open.open.takes_shutdown(),
        },
    };
    Definition { part, code: Code::Resource { open: Arc::new(&descriptor.open.open), close } }
}

impl<T> fmt::Debug for ResourceSpec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceSpec")
            .field("name", &self.name)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// "Opens" a value that exists already.
struct Ready<T>(Mutex<Option<T>>);

impl<T: Resource> Open for Ready<T> {
    fn needs(&self) -> Vec<TypeKey> {
        Vec::new()
    }

    fn open(&self, _: &Context) -> OpenFuture {
        let value = lock(&self.0).take();
        Box::pin(async move {
            let value = value.ok_or_else(|| BoxError::from("it was given as a value, which opens once"))?;
            Ok(Arc::new(value) as Arc<dyn Any + Send + Sync>)
        })
    }

    fn reclaim(&self, value: AnyArc) -> Result<AnyBox, AnyArc> {
        open_owned::<T>(value)
    }
}
