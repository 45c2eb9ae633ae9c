//! What views need of Leptos, with attributes of our own.

pub use super::attributes::Attributes;
pub use leptos::prelude::{
    Callable, Callback, Children, CollectView, Effect, ElementChild, Get, GetUntracked, GetValue,
    IntoAny, IntoView, LocalStorage, Memo, NodeRef, NodeRefAttribute, RwSignal, Set, SetValue,
    Show, Signal, StoredValue, TimeoutHandle, Track, Update, UpdateUntracked, UpdateValue, With,
    WithUntracked, WithValue, component, expect_context, mount_to, on_cleanup, provide_context,
    request_animation_frame, set_timeout, set_timeout_with_handle, untrack, view,
    window_event_listener,
};
