//! Effects and conditional views, each compiled once instead of once per closure.

use crate::ui::dom;
use crate::ui::prelude::*;
use leptos::prelude::{ChildrenFn, Effect};
use std::time::Duration;

/// Runs `act` soon, and again whenever a signal that it reads changes.
pub fn effect(act: impl FnMut() + 'static) {
    fn start(act: Box<dyn FnMut()>) {
        Effect::new(act);
    }
    start(Box::new(act));
}

/// Runs `act`, without tracking what it reads, whenever a signal that `source` reads changes.
pub fn watch<T>(source: impl Fn() -> T + 'static, mut act: impl FnMut(&T) + 'static) {
    let mut is_first = true;
    effect(move || {
        let value = source();
        if !std::mem::take(&mut is_first) {
            untrack(|| act(&value));
        }
    });
}

/// Shows its children while a condition holds.
#[component]
pub fn Show(#[prop(into)] when: Signal<bool>, children: ChildrenFn) -> impl IntoView {
    let is_shown = Memo::new(move |_| when.get());
    view! { {move || is_shown.get().then(|| children())} }
}

/// Builds its children in a task of their own, so that no panel keeps a slow phone from answering for long. In a frame,
/// which measures itself, at once.
#[component]
pub fn Later(children: ChildrenFn) -> impl IntoView {
    let is_due = RwSignal::new(dom::is_framed());
    if !is_due.get_untracked() {
        let build = move || {
            if is_due.try_get_untracked().is_some() {
                is_due.set(true);
            }
        };
        set_timeout(build, Duration::ZERO);
    }
    view! {
        {move || if is_due.get() {
            children().into_any()
        } else {
            view! { <span hidden data-testid="building"></span> }.into_any()
        }}
    }
}
