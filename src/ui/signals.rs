//! Signals, memos and what else a handle can lead to, compiled once instead of once per type of value.
//!
//! Leptos' own are generic down to locks and lists of subscribers: one to two kilobytes for every type of value. These keep
//! values as `dyn Any`, so that a type costs a cast. As with Leptos' own, handles are copied freely and outlive what they lead
//! to, which goes with its owner: then `try_…` finds nothing, setters do nothing, and reading panics.

use leptos::prelude as leptos;
use leptos::{ArcTrigger, Get, GetUntracked, GetValue, LocalStorage, Notify, Track};
use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

struct Slot {
    changes: ArcTrigger,
    /// Counted, so that readers need no generic borrow.
    value: RefCell<Rc<dyn Any>>,
}

const KNOWN: &str = "a handle knows its type";
const GONE: &str = "what a handle leads to is read while its owner lives";
const FREE: &str = "nobody changes a value that is being read";

type Handle = leptos::StoredValue<Rc<Slot>, LocalStorage>;

fn keep(value: Rc<dyn Any>) -> Handle {
    Handle::new_local(Rc::new(Slot {
        changes: ArcTrigger::new(),
        value: RefCell::new(value),
    }))
}

fn find(handle: Handle) -> Option<Rc<dyn Any>> {
    Some(handle.try_get_value()?.value.borrow().clone())
}

fn look(handle: Handle) -> Rc<dyn Any> {
    find(handle).expect(GONE)
}

fn track(handle: Handle) {
    handle.try_get_value().expect(GONE).changes.track();
}

fn notify(handle: Handle) {
    if let Some(slot) = handle.try_get_value() {
        slot.changes.notify();
    }
}

/// Puts another value in place of the old one.
fn replace(handle: Handle, value: Rc<dyn Any>) -> Option<Rc<dyn Any>> {
    Some(handle.try_get_value()?.value.replace(value))
}

fn set(handle: Handle, value: Rc<dyn Any>) {
    replace(handle, value);
}

fn known<T: 'static>(value: Rc<dyn Any>) -> Rc<T> {
    value.downcast().unwrap_or_else(|_| panic!("{KNOWN}"))
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
        Self(keep(Rc::new(value)), PhantomData)
    }

    pub fn with_value<U>(self, read: impl FnOnce(&T) -> U) -> U {
        read(&known(look(self.0)))
    }

    pub fn get_value(self) -> T
    where
        T: Clone,
    {
        self.with_value(T::clone)
    }

    pub fn set_value(self, value: T) {
        set(self.0, Rc::new(value));
    }

    pub fn update_value(self, change: impl FnOnce(&mut T)) {
        self.try_update_value(change);
    }

    pub fn try_update_value<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        let mut value = known(replace(self.0, Rc::new(()))?);
        let result = change(Rc::get_mut(&mut value).expect(FREE));
        set(self.0, value);
        Some(result)
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
        notify(self.0.0);
    }

    pub fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.track();
        self.with_untracked(read)
    }

    pub fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.0.with_value(read)
    }

    pub fn try_with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> Option<U> {
        Some(read(&known(find(self.0.0)?)))
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

fn computed<T: 'static>(value: &Arc<dyn Same>) -> &T {
    let value: &dyn Any = &**value;
    value.downcast_ref().expect(KNOWN)
}

/// A value computed from signals, once per change of theirs; who follows it hears only of other values.
pub struct Memo<T>(Computed, PhantomData<fn() -> T>);

copied_freely!(Memo);

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    /// `compute` is given the value before.
    pub fn new(compute: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self {
        let compute: Compute = Box::new(move |old| Arc::new(compute(old.map(computed))));
        Self(memo(compute), PhantomData)
    }

    pub fn track(self) {
        self.0.track();
    }

    pub fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        read(computed(&self.0.get()))
    }

    pub fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
        read(computed(&self.0.get_untracked()))
    }

    pub fn try_with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> Option<U> {
        Some(read(computed(&self.0.try_get_untracked()?)))
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
        self.0.with_value(|act| act(input));
    }
}
