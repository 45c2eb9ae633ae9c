//! Numbers over wide ranges: a slider over round values beside a field that takes anything in range.

use crate::i18n::Strings;
use crate::params::defs::{Kind, ParamId, Params, Stops, Value};
use crate::params::slider;
use crate::ui::context::use_ctx;
use crate::ui::controls::{Bound, Help};
use crate::ui::prelude::*;
use crate::units::{format_sig, parse_batch, parse_number};
use std::sync::Arc;

/// A control's value as its field shows it: every digit that counts, no more.
pub fn number_text(s: &Strings, value: f64) -> String {
    format_sig(value, 9, s.grouping)
}

/// What screen readers hear for a value.
type Describe = Arc<dyn Fn(f64) -> String + Send + Sync>;

/// How far PgUp and PgDn go, in stops: an octave of batch sizes, half a decade of learning rates.
const fn page(stops: Stops) -> i32 {
    match stops {
        Stops::HalfOctaves => 2,
        Stops::SixPerDecade => 3,
        Stops::Whole | Stops::Hundredths => 10,
    }
}

/// Label, help, slider and field of one number. `describe` may replace what screen readers hear at the slider.
#[component]
pub fn NumberControl<S: Params>(
    state: RwSignal<S>,
    id: ParamId,
    #[prop(optional)] describe: Option<Describe>,
) -> impl IntoView {
    number_control(Bound::new(state, id), describe)
}

fn number_control(bound: Bound, describe: Option<Describe>) -> impl IntoView {
    let ctx = use_ctx();
    let Bound {
        id,
        key,
        kind,
        value,
        put,
        ..
    } = bound;
    let Kind::Number {
        min,
        max,
        stops: spacing,
        ..
    } = kind
    else {
        unreachable!("the registry gives this control a number");
    };
    let stops = StoredValue::new(slider::stops(spacing, min, max));
    let last = stops.with_value(Vec::len) - 1;
    let value = Memo::new(move |_| value.get().number());
    let index = move || stops.with_value(|s| slider::nearest(s, value.get()));
    let set = move |v: f64| put.run(Value::Number(v));
    let set_index = move |i: usize| set(stops.with_value(|s| s[i.min(last)]));
    let label = ctx.p(id, |p| p.label);
    let nudge =
        move |by: i32, is_fine: bool| set(slider::nudged(kind, value.get_untracked(), by, is_fine));
    let on_key = move |ev: web_sys::KeyboardEvent| {
        match ev.key().as_str() {
            "ArrowRight" | "ArrowUp" => nudge(1, ev.shift_key()),
            "ArrowLeft" | "ArrowDown" => nudge(-1, ev.shift_key()),
            "PageUp" => nudge(page(spacing), false),
            "PageDown" => nudge(-page(spacing), false),
            "Home" => set_index(0),
            "End" => set_index(last),
            _ => return,
        }
        ev.prevent_default();
    };
    let value_text = move || match &describe {
        Some(describe) => describe(value.get()),
        None => format!(
            "{} {}",
            number_text(ctx.s(), value.get()),
            (ctx.s().param)(id).unit
        )
        .trim_end()
        .to_owned(),
    };
    let help = Help::about(bound);
    let fill = move || format!("{:.2}%", index() as f64 / last as f64 * 100.0);
    view! {
        <div class="control" data-testid=format!("control-{key}")>
            <div class="control-head">
                <span class="control-label">{label}</span>
                {help.button()}
            </div>
            {help.text()}
            <div class="control-row">
                <button type="button" class="nudge" aria-label=ctx.about(id, |s| s.control.less) on:click=move |_| nudge(-1, false)>"−"</button>
                // The order matters: a range input clamps a value that comes before its `max`.
                <input type="range" min="0" max=last.to_string() step="1" data-testid=format!("slider-{key}")
                    aria-label=ctx.about(id, |s| s.control.slider)
                    aria-valuetext=value_text
                    style:--fill=fill
                    prop:value=move || index().to_string()
                    on:keydown=on_key
                    on:input:target=move |ev| set_index(ev.target().value().parse().unwrap_or(0)) />
                <button type="button" class="nudge" aria-label=ctx.about(id, |s| s.control.more) on:click=move |_| nudge(1, false)>"+"</button>
                {number_field(bound, false)}
            </div>
        </div>
    }
}

/// The field alone, with its error sentence.
#[component]
pub fn NumberField<S: Params>(
    state: RwSignal<S>,
    id: ParamId,
    #[prop(optional)] is_labelled: bool,
) -> impl IntoView {
    number_field(Bound::new(state, id), is_labelled)
}

fn number_field(bound: Bound, is_labelled: bool) -> impl IntoView {
    let ctx = use_ctx();
    let Bound {
        id,
        key,
        kind,
        n_fields,
        value,
        put,
    } = bound;
    let (min, max) = kind.range();
    let is_integer = matches!(kind, Kind::Number { integer: true, .. });
    let value = Memo::new(move |_| value.get().number());
    // What the reader is typing. It stays when it makes no sense, and goes when the value changes elsewhere.
    let draft = RwSignal::new(None::<String>);
    let is_batch = matches!(
        id,
        ParamId::BaseBatch
            | ParamId::Batch
            | ParamId::CriticalBatch
            | ParamId::LabBatch
            | ParamId::LabSmall
            | ParamId::LabBig
            | ParamId::DigitsPart
            | ParamId::AskedBatch
    );
    let read = if is_batch { parse_batch } else { parse_number };
    let admit = move |text: &str| {
        read(text).filter(|v| *v >= min && *v <= max && !(is_integer && v.fract().abs() > 0.0))
    };
    watch(
        move || value.get(),
        move |now| {
            if draft.with_untracked(|d| {
                d.as_deref()
                    .and_then(admit)
                    .is_none_or(|v| v.to_bits() != now.to_bits())
            }) {
                draft.set(None);
            }
        },
    );
    let is_wrong = move || draft.with(|d| d.as_deref().is_some_and(|t| admit(t).is_none()));
    let error = move || {
        draft.with(|d| {
            d.as_deref().filter(|t| admit(t).is_none()).map(|t| {
                let s = ctx.s();
                let say = if is_integer {
                    s.control.invalid_integer
                } else {
                    s.control.invalid
                };
                say(
                    t.chars().take(24).collect::<String>().as_str(),
                    &number_text(s, min),
                    &number_text(s, max),
                )
            })
        })
    };
    let error_id = format!("error-{n_fields}-{key}");
    view! {
        <span class="field-wrap">
            {is_labelled.then(|| {
                let help = Help::about(bound);
                view! {
                    <span class="control-head">
                        <span class="control-label">{ctx.p(id, |p| p.label)}</span>
                        {help.button()}
                    </span>
                    {help.text()}
                }
            })}
            <input type="text" class="field" inputmode="decimal" autocomplete="off" spellcheck="false"
                data-testid=format!("field-{key}")
                data-value=move || value.get().to_string()
                aria-label=ctx.p(id, |p| p.label)
                aria-invalid=move || is_wrong().to_string()
                aria-describedby=error_id.clone()
                prop:value=move || draft.get().unwrap_or_else(|| number_text(ctx.s(), value.get()))
                on:input:target=move |ev| {
                    let text = ev.target().value();
                    let admitted = admit(&text);
                    draft.set(Some(text));
                    if let Some(v) = admitted {
                        put.run(Value::Number(v));
                    }
                }
                on:change=move |_| if !is_wrong() { draft.set(None) } />
            <span class="error" id=error_id role="alert" data-testid=format!("error-{key}")>{move || error().unwrap_or_default()}</span>
        </span>
    }
}
