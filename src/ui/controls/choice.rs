//! Controls with named choices: a row of radio buttons, a list, a switch for one flag.

use crate::params::defs::{ParamId, Params, Value};
use crate::ui::context::use_ctx;
use crate::ui::controls::{Bound, Help, lock_hint};
use crate::ui::prelude::*;

/// A row of radio buttons that looks like one segmented button.
#[component]
pub fn Choices<S: Params>(
    state: RwSignal<S>,
    id: ParamId,
    #[prop(optional)] is_compact: bool,
) -> impl IntoView {
    choices(Bound::new(state, id), is_compact)
}

fn choices(bound: Bound, is_compact: bool) -> impl IntoView {
    let ctx = use_ctx();
    let Bound {
        id,
        key,
        n_fields,
        value,
        put,
        ..
    } = bound;
    if !ctx.shows(id) {
        return None;
    }
    let is_locked = ctx.locks(id);
    let help = Help::about(bound);
    Some(view! {
        <fieldset class="choices" class:compact=is_compact class:locked=is_locked title=lock_hint(is_locked) data-testid=format!("choices-{key}")>
            <legend>{ctx.p(id, |p| p.label)}</legend>
            <div class="segments">
                {bound.names().iter().enumerate().map(|(i, name)| view! {
                    <label class="segment">
                        <input type="radio" prop:disabled=is_locked name=format!("{key}-{n_fields}") data-testid=format!("{key}-{name}")
                            prop:checked=move || value.get() == Value::Choice(i)
                            on:change=move |_| put.run(Value::Choice(i)) />
                        <span>{ctx.name(id, i)}</span>
                    </label>
                }).collect_view()}
            </div>
            {help.button()}
            {help.text()}
        </fieldset>
    })
}

/// A drop-down list.
#[component]
pub fn Select<S: Params>(state: RwSignal<S>, id: ParamId) -> impl IntoView {
    select(Bound::new(state, id))
}

fn select(bound: Bound) -> impl IntoView {
    let ctx = use_ctx();
    let Bound {
        id,
        key,
        n_fields,
        value,
        put,
        ..
    } = bound;
    if !ctx.shows(id) {
        return None;
    }
    let is_locked = ctx.locks(id);
    let help = Help::about(bound);
    let element_id = format!("select-{n_fields}-{key}");
    Some(view! {
        <div class="select" class:locked=is_locked title=lock_hint(is_locked)>
            <div class="control-head">
                <label class="control-label" for=element_id.clone()>{ctx.p(id, |p| p.label)}</label>
                {help.button()}
            </div>
            {help.text()}
            <select id=element_id prop:disabled=is_locked data-testid=format!("select-{key}")
                on:change:target=move |ev| {
                    let i = ev.target().selected_index();
                    put.run(Value::Choice(usize::try_from(i).unwrap_or(0)));
                }>
                {bound.names().iter().enumerate().map(|(i, name)| view! {
                    <option value=*name prop:selected=move || value.get() == Value::Choice(i)>
                        {ctx.name(id, i)}
                    </option>
                }).collect_view()}
            </select>
        </div>
    })
}

/// A check box for a control that is off or on.
#[component]
pub fn Flag<S: Params>(state: RwSignal<S>, id: ParamId) -> impl IntoView {
    flag(Bound::new(state, id))
}

fn flag(bound: Bound) -> impl IntoView {
    let ctx = use_ctx();
    let Bound {
        id,
        key,
        value,
        put,
        ..
    } = bound;
    if !ctx.shows(id) {
        return None;
    }
    let is_locked = ctx.locks(id);
    let help = Help::about(bound);
    Some(view! {
        <div class="flag" class:locked=is_locked title=lock_hint(is_locked)>
            <label class="check">
                <input type="checkbox" prop:disabled=is_locked data-testid=format!("flag-{key}")
                    prop:checked=move || value.get() == Value::Choice(1)
                    on:change:target=move |ev| {
                        let is_on = usize::from(ev.target().checked());
                        put.run(Value::Choice(is_on));
                    } />
                {ctx.p(id, |p| p.label)}
            </label>
            {help.button()}
            {help.text()}
        </div>
    })
}
