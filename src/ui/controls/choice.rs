//! Controls with named choices: a row of radio buttons, a list, a switch for one flag.

use crate::params::defs::{Kind, ParamId, Params, Value};
use crate::ui::context::use_ctx;
use crate::ui::controls::Help;
use crate::ui::prelude::*;

fn names<S: Params>(id: ParamId) -> &'static [&'static str] {
    match S::field(id).kind {
        Kind::Choice(names) | Kind::Flags(names) => names,
        Kind::Number { .. } => &[],
    }
}

/// A row of radio buttons that looks like one segmented button.
#[component]
pub fn Choices<S: Params>(
    state: RwSignal<S>,
    id: ParamId,
    #[prop(optional)] is_compact: bool,
) -> impl IntoView {
    let ctx = use_ctx();
    let key = S::field(id).key;
    let group = format!("{key}-{}", std::any::type_name::<S>().len());
    let help = Help::of::<S>(id);
    view! {
        <fieldset class="choices" class:compact=is_compact data-testid=format!("choices-{key}")>
            <legend>{ctx.p(id, |p| p.label)}</legend>
            <div class="segments">
                {names::<S>(id).iter().enumerate().map(|(i, name)| view! {
                    <label class="segment">
                        <input type="radio" name=group.clone() data-testid=format!("{key}-{name}")
                            prop:checked=move || state.with(|s| s.at(id) == Value::Choice(i))
                            on:change=move |_| state.update(|s| s.put(id, Value::Choice(i))) />
                        <span>{ctx.name(id, i)}</span>
                    </label>
                }).collect_view()}
            </div>
            {help.button()}
            {help.text()}
        </fieldset>
    }
}

/// A drop-down list.
#[component]
pub fn Select<S: Params>(state: RwSignal<S>, id: ParamId) -> impl IntoView {
    let ctx = use_ctx();
    let key = S::field(id).key;
    let help = Help::of::<S>(id);
    let element_id = format!("select-{}-{key}", S::fields().len());
    view! {
        <div class="select">
            <div class="control-head">
                <label class="control-label" for=element_id.clone()>{ctx.p(id, |p| p.label)}</label>
                {help.button()}
            </div>
            {help.text()}
            <select id=element_id data-testid=format!("select-{key}")
                on:change:target=move |ev| {
                    let i = ev.target().selected_index();
                    state.update(|s| s.put(id, Value::Choice(usize::try_from(i).unwrap_or(0))));
                }>
                {names::<S>(id).iter().enumerate().map(|(i, name)| view! {
                    <option value=*name prop:selected=move || state.with(|s| s.at(id) == Value::Choice(i))>
                        {ctx.name(id, i)}
                    </option>
                }).collect_view()}
            </select>
        </div>
    }
}

/// A check box for a control that is off or on.
#[component]
pub fn Flag<S: Params>(state: RwSignal<S>, id: ParamId) -> impl IntoView {
    let ctx = use_ctx();
    let key = S::field(id).key;
    let help = Help::of::<S>(id);
    view! {
        <div class="flag">
            <label class="check">
                <input type="checkbox" data-testid=format!("flag-{key}")
                    prop:checked=move || state.with(|s| s.at(id) == Value::Choice(1))
                    on:change:target=move |ev| {
                        let is_on = usize::from(ev.target().checked());
                        state.update(|s| s.put(id, Value::Choice(is_on)));
                    } />
                {ctx.p(id, |p| p.label)}
            </label>
            {help.button()}
            {help.text()}
        </div>
    }
}
