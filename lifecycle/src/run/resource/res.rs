//! Resources while they are open, and the handles to them.

use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};

use tokio::sync::Notify;

use crate::plan::wiring::Link;
use crate::run::resource::code::AnyArc;
use crate::sys::locks::lock;
use crate::sys::shared::Shared;

/// A type that components may ask for as [`Res<Self>`](crate::Res).
///
/// `#[resource]` implements it. By hand it takes one line, for a type that is given to the builder as a
/// [`ResourceSpec`](crate::ResourceSpec).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a resource; put `#[lifecycle::resource]` on it",
    label = "`{Self}` is not a resource",
    note = "without attributes: write `impl lifecycle::Resource for {Self} {{}}`, and give a `ResourceSpec` to the builder"
)]
// The compiler shows these lines to authors of a type that is not `Send` or not `Sync`: the comments are for them.
#[rustfmt::skip]
pub trait Resource: 'static
    + Send // Any thread may close it: use `Arc` for `Rc`, and keep no guards.
    + Sync // Many components hold it at once: use a mutex, or an atomic for a flag.
{
    #[doc(hidden)]
    const LINK: Link = Link::NONE;
}

/// A handle to an open resource: cheap to clone, and derefs to `T`.
///
/// A component gets it as a parameter; asking for it is what makes the component depend on the resource.
/// The resource stays open as long as any component that was handed one may run. When it has to close,
/// handles that are still alive are waited for (unless the resource is `shared`), counted and named in the
/// report with the component to which they were handed.
///
/// ```
/// use lifecycle::{Res, cooperative_task, resource};
///
/// #[resource]
/// #[derive(Default)]
/// struct Greeting { text: String }
///
/// #[cooperative_task(interval = "1s")]
/// async fn greet(greeting: Res<Greeting>) {
///     println!("{}", greeting.text);
/// }
/// ```
pub struct Res<T: 'static> {
    // The order counts: the value's share is given back before the grant tells about it.
    value: Shared<T>,
    grant: Arc<Grant>,
}

impl<T> Res<T> {
    /// The resource's name.
    pub fn name(this: &Self) -> &str {
        &this.grant.slot.name
    }
}

impl<T> Clone for Res<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), grant: self.grant.clone() }
    }
}

impl<T> Deref for Res<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> AsRef<T> for Res<T> {
    fn as_ref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Res<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Display> fmt::Display for Res<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// One handing-over of a resource to a component; as many handles share it as the component made clones.
#[derive(Debug)]
struct Grant {
    holder: Arc<str>,
    slot: Arc<Slot>,
    /// Which of the slot's values this is of.
    turn: u64,
}

impl Drop for Grant {
    fn drop(&mut self) {
        self.slot.returned.notify_waiters();
    }
}

/// The place of one resource.
pub(crate) struct Slot {
    name: Arc<str>,
    value: Mutex<Option<AnyArc>>,
    /// How many values there have been: a resource may close and open again.
    turn: AtomicU64,
    grants: Mutex<Vec<Weak<Grant>>>,
    returned: Notify,
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Slot {
    pub(crate) fn new(name: Arc<str>) -> Arc<Self> {
        Arc::new(Self {
            name,
            value: Mutex::default(),
            turn: AtomicU64::new(0),
            grants: Mutex::default(),
            returned: Notify::new(),
        })
    }

    fn value(&self) -> MutexGuard<'_, Option<AnyArc>> {
        lock(&self.value)
    }

    fn grants(&self) -> MutexGuard<'_, Vec<Weak<Grant>>> {
        lock(&self.grants)
    }

    pub(crate) fn fill(&self, value: AnyArc) {
        let mut place = self.value();
        self.turn.fetch_add(1, Ordering::Relaxed);
        *place = Some(value);
    }

    /// Takes the value out; handles that are out keep it alive.
    pub(crate) fn take(&self) -> Option<AnyArc> {
        self.value().take()
    }

    /// Puts back a value that was taken and could not be closed.
    pub(crate) fn put_back(&self, value: AnyArc) {
        *self.value() = Some(value);
    }

    /// A handle for a component; `None` while the resource is not open.
    pub(crate) fn grant<T: Resource>(self: &Arc<Self>, holder: &Arc<str>) -> Option<Res<T>> {
        let (value, turn) = {
            let place = self.value();
            (place.clone()?, self.turn.load(Ordering::Relaxed))
        };
        let value = Shared::new(downcast::<T>(value)?);
        let grant = Arc::new(Grant { holder: holder.clone(), slot: self.clone(), turn });
        let mut grants = self.grants();
        if grants.len() == grants.capacity() {
            grants.retain(|grant| grant.strong_count() > 0);
        }
        grants.push(Arc::downgrade(&grant));
        drop(grants);
        Some(Res { value, grant })
    }

    /// Handles that are alive, by holder, those of earlier values too.
    pub(crate) fn all_holders(&self) -> Vec<(Arc<str>, usize)> {
        self.holders_of(|_| true)
    }

    /// Handles to the latest value that are alive, by holder.
    pub(crate) fn holders(&self) -> Vec<(Arc<str>, usize)> {
        let turn = self.turn.load(Ordering::Relaxed);
        self.holders_of(|grant| grant.turn == turn)
    }

    fn holders_of(&self, counts: impl Fn(&Grant) -> bool) -> Vec<(Arc<str>, usize)> {
        let mut holders: Vec<(Arc<str>, usize)> = Vec::new();
        for grant in self.grants().iter().filter_map(Weak::upgrade).filter(|grant| counts(grant)) {
            // One of the counts is this look itself.
            let count = Arc::strong_count(&grant) - 1;
            if count == 0 {
                continue;
            }
            match holders.iter_mut().find(|(holder, _)| *holder == grant.holder) {
                Some((_, sum)) => *sum += count,
                None => holders.push((grant.holder.clone(), count)),
            }
        }
        holders
    }

    /// Waits until `value` is the only reference to it. Cancel safe.
    pub(crate) async fn until_sole(&self, value: &AnyArc) {
        loop {
            let mut returned = std::pin::pin!(self.returned.notified());
            returned.as_mut().enable();
            if Arc::strong_count(value) == 1 {
                return;
            }
            returned.await;
        }
    }
}

fn downcast<T: Any + Send + Sync>(value: AnyArc) -> Option<Arc<T>> {
    value.downcast().ok()
}
