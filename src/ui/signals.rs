//! Signals, memos and what else a handle can lead to, compiled once instead of once per type of value.
//!
//! Leptos' own are generic down to locks and lists of subscribers: one to two kilobytes for every type of value. These keep
//! values as `dyn Any`, so that a type costs a cast. As with Leptos' own, handles are copied freely and outlive what they lead
//! to, which goes with its owner: then `try_…` finds nothing, setters do nothing, and reading panics.

use leptos::prelude as leptos;
use leptos::{ArcTrigger, Get, GetUntracked, GetValue, LocalStorage, Notify, Track, WithUntracked};
use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

struct Slot<V: ?Sized> {
    changes: ArcTrigger,
    value: RefCell<V>,
}

impl Slot<dyn Any> {
    fn with<T: 'static, U>(&self, read: impl FnOnce(&T) -> U) -> U {
        read(known(&*self.value.borrow()))
    }

    fn update<T: 'static, U>(&self, change: impl FnOnce(&mut T) -> U) -> U {
        let mut value = self.value.borrow_mut();
        change(value.downcast_mut().expect(KNOWN))
    }

    fn set<T: 'static>(&self, value: T) {
        // The old value is dropped when nothing is borrowed any more.
        drop(self.update(|place| std::mem::replace(place, value)));
    }
}

const KNOWN: &str = "a handle knows its type";
const GONE: &str = "what a handle leads to is read while its owner lives";

fn known<T: 'static>(value: &dyn Any) -> &T {
    value.downcast_ref().expect(KNOWN)
}

type Handle = leptos::StoredValue<Rc<Slot<dyn Any>>, LocalStorage>;

fn keep(slot: Rc<Slot<dyn Any>>) -> Handle {
    Handle::new_local(slot)
}

fn find(handle: Handle) -> Option<Rc<Slot<dyn Any>>> {
    handle.try_get_value()
}

fn look(handle: Handle) -> Rc<Slot<dyn Any>> {
    find(handle).expect(GONE)
}

fn track(handle: Handle) -> Rc<Slot<dyn Any>> {
    let slot = look(handle);
    slot.changes.track();
    slot
}

macro_rules! copied_freely {
    ($name:ident) => {
        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $name<T> {}
    };
}

/// A value that no view depends on.
pub struct StoredValue<T>(Handle, PhantomData<fn() -> T>);

copied_freely!(StoredValue);

impl<T: 'static> StoredValue<T> {
    pub fn new(value: T) -> Self {
        let slot = Slot {
            changes: ArcTrigger::new(),
            value: RefCell::new(value),
        };
        Self(keep(Rc::new(slot)), PhantomData)
    }

    pub fn with_value<U>(self, read: impl FnOnce(&T) -> U) -> U {
        look(self.0).with(read)
    }

    pub fn get_value(self) -> T
    where
        T: Clone,
    {
        self.with_value(T::clone)
    }

    pub fn set_value(self, value: T) {
        if let Some(slot) = find(self.0) {
            slot.set(value);
        }
    }

    pub fn update_value(self, change: impl FnOnce(&mut T)) {
        self.try_update_value(change);
    }

    pub fn try_update_value<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        Some(find(self.0)?.update(change))
    }
}

/// A value that views and effects follow.
pub struct RwSignal<T>(StoredValue<T>);

copied_freely!(RwSignal);

impl<T: 'static> RwSignal<T> {
    pub fn new(value: T) -> Self {
        Self(StoredValue::new(value))
    }

    pub fn track(self) {
        track(self.0.0);
    }

    pub fn notify(self) {
        if let Some(slot) = find(self.0.0) {
            slot.changes.notify();
        }
    }

    pub fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        track(self.0.0).with(read)
    }

    pub fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.0.with_value(read)
    }

    pub fn try_with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> Option<U> {
        Some(find(self.0.0)?.with(read))
    }

    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }

    pub fn try_get_untracked(self) -> Option<T>
    where
        T: Clone,
    {
        self.try_with_untracked(T::clone)
    }

    pub fn set(self, value: T) {
        self.0.set_value(value);
        self.notify();
    }

    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.update_untracked(change);
        self.notify();
    }

    pub fn update_untracked(self, change: impl FnOnce(&mut T)) {
        self.0.update_value(change);
    }
}

/// A value of a memo, which can be compared with one of the same type.
trait Same: Any + Send + Sync {
    fn is_same(&self, other: &dyn Any) -> bool;
}

impl<T: PartialEq + Any + Send + Sync> Same for T {
    fn is_same(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }
}

type Computed = leptos::Memo<Arc<dyn Same>>;
type Compute = Box<dyn Fn(Option<&Arc<dyn Same>>) -> Arc<dyn Same> + Send + Sync>;

fn memo(compute: Compute) -> Computed {
    Computed::new_with_compare(compute, |old, new| match (old, new) {
        (Some(old), Some(new)) => !(**old).is_same(&**new),
        _ => true,
    })
}

fn current(memo: Computed) -> Arc<dyn Same> {
    memo.get()
}

fn current_untracked(memo: Computed) -> Arc<dyn Same> {
    memo.get_untracked()
}

/// A value computed from signals, once per change of theirs; who follows it hears only of other values.
pub struct Memo<T>(Computed, PhantomData<fn() -> T>);

copied_freely!(Memo);

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    /// `compute` is given the value before.
    pub fn new(compute: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self {
        let compute: Compute =
            Box::new(move |old| Arc::new(compute(old.map(|old| known::<T>(&**old)))));
        Self(memo(compute), PhantomData)
    }

    pub fn track(self) {
        self.0.track();
    }

    pub fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        read(known(&*current(self.0)))
    }

    pub fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
        read(known(&*current_untracked(self.0)))
    }

    pub fn try_with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> Option<U> {
        let value = self.0.try_with_untracked(Arc::clone)?;
        Some(read(known(&*value)))
    }

    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }
}

/// A function of signals, computed anew at each reading.
pub struct Signal<T: 'static>(StoredValue<Rc<dyn Fn() -> T>>);

copied_freely!(Signal);

impl<T: 'static> Signal<T> {
    pub fn derive(compute: impl Fn() -> T + 'static) -> Self {
        Self(StoredValue::new(Rc::new(compute)))
    }

    pub fn get(self) -> T {
        self.0.with_value(|compute| compute())
    }

    pub fn get_untracked(self) -> T {
        leptos::untrack(|| self.get())
    }
}

impl<T: Default + 'static> Default for Signal<T> {
    fn default() -> Self {
        Self::derive(T::default)
    }
}

impl<T, F: Fn() -> T + 'static> From<F> for Signal<T> {
    fn from(compute: F) -> Self {
        Self::derive(compute)
    }
}

/// What a component's owner does with something that happens in the component.
pub struct Callback<In: 'static>(StoredValue<Rc<dyn Fn(In)>>);

copied_freely!(Callback);

impl<In: 'static> Callback<In> {
    pub fn new(act: impl Fn(In) + 'static) -> Self {
        Self(StoredValue::new(Rc::new(act)))
    }

    pub fn run(self, input: In) {
        // A clone, so that nothing is borrowed while it acts.
        self.0.get_value()(input);
    }
}
