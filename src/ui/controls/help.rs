//! The question mark beside a control, and the sentences that it unfolds: reachable by keyboard, unlike a tooltip.

use crate::params::defs::{ParamId, Params};
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::controls::Bound;
use crate::ui::prelude::*;

/// Help of one control. Its button and its text stand at two places of the control's layout.
#[derive(Clone)]
pub struct Help {
    /// Of the text, so that the button can refer to it; unique on the page.
    element_id: String,
    name: Signal<String>,
    text: Signal<&'static str>,
    is_open: RwSignal<bool>,
}

impl Help {
    /// For a control without an entry in a registry.
    pub fn new(key: &str, name: fn(Ctx) -> &'static str, text: fn(Ctx) -> &'static str) -> Self {
        let ctx = use_ctx();
        Self {
            element_id: format!("help-{key}"),
            name: Signal::derive(move || name(ctx).to_owned()),
            text: Signal::derive(move || text(ctx)),
            is_open: RwSignal::new(false),
        }
    }

    /// For a control of a panel's registry.
    pub fn of<S: Params>(state: RwSignal<S>, id: ParamId) -> Self {
        Self::about(Bound::new(state, id))
    }

    /// The same, for a control that is bound already.
    pub fn about(
        Bound {
            id, key, n_fields, ..
        }: Bound,
    ) -> Self {
        let ctx = use_ctx();
        Self {
            element_id: format!("help-{n_fields}-{key}"),
            name: Signal::derive(move || (ctx.s().param)(id).label.to_owned()),
            text: Signal::derive(move || (ctx.s().param)(id).help),
            is_open: RwSignal::new(false),
        }
    }

    /// The question mark.
    pub fn button(&self) -> impl IntoView + use<> {
        let ctx = use_ctx();
        let Self {
            element_id,
            name,
            text,
            is_open,
        } = self.clone();
        view! {
            <button type="button" class="help" aria-label=move || (ctx.s().control.help)(&name.get())
                aria-expanded=move || is_open.get().to_string() aria-controls=element_id
                title=move || text.get()
                on:click=move |_| is_open.update(|open| *open = !*open)>"?"</button>
        }
    }

    /// The sentences, folded away at first.
    pub fn text(&self) -> impl IntoView + use<> {
        let Self {
            element_id,
            text,
            is_open,
            ..
        } = self.clone();
        view! { <span class="help-text" id=element_id hidden=move || !is_open.get()>{move || text.get()}</span> }
    }
}
