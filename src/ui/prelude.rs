//! What views need of Leptos, with attributes, effects, signals and lists of our own.
//!
//! `view!` gives closures that are written in it a common type. So a closure with a name stands in a view as
//! `{move || name()}`; by itself it would be compiled as a view of its own.

pub use super::attributes::Attributes;
pub use super::effects::{Later, Show, effect, watch};
pub use super::signals::{Callback, Memo, RwSignal, Signal, StoredValue};
pub use leptos::prelude::{
    AnyView, Children, ElementChild, For, Get, GetUntracked, IntoAny, IntoView, NodeRef,
    NodeRefAttribute, TimeoutHandle, component, mount_to, on_cleanup, request_animation_frame,
    set_timeout, set_timeout_with_handle, untrack, view, window_event_listener,
};

/// Collects views into a list; all lists are of one type, which keeps the download small.
pub trait CollectView {
    fn collect_view(self) -> Vec<AnyView>;
}

impl<I: IntoIterator<Item: IntoView + 'static>> CollectView for I {
    fn collect_view(self) -> Vec<AnyView> {
        self.into_iter().map(IntoAny::into_any).collect()
    }
}
