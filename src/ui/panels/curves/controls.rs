//! The column of values: optimiser, base, target, critical batch, recipes, Adam's companions, assumptions.

use super::number;
use crate::experiment::curves::{Curve, Curves};
use crate::params::curves::{CurvesState, Family};
use crate::params::defs::{ParamId, Params, Value};
use crate::theory::presets::{Citation, OptimizerFamily, PRESETS};
use crate::ui::context::use_ctx;
use crate::ui::controls::{Choices, Help, NumberControl};
use crate::ui::prelude::*;
use crate::units::format_sig;
use std::sync::Arc;

#[component]
pub fn CurvesControls(state: RwSignal<CurvesState>) -> impl IntoView {
    let ctx = use_ctx();
    let family = Memo::new(move |_| state.with(|s| s.family));
    let is_adam = move || family.get() == Family::Adam;
    let describe_batch = Arc::new(move |value: f64| {
        let s = ctx.s();
        let ratio = value / state.with(|st| st.base_batch);
        let unit = (s.param)(ParamId::Batch).unit;
        (s.control.times_base)(
            &format!("{} {unit}", format_sig(value, 9, s.grouping)),
            &format_sig(ratio, 3, s.grouping),
        )
    });
    view! {
        <Choices state id=ParamId::Family />
        <NumberControl state id=ParamId::BaseBatch />
        <NumberControl state id=ParamId::BaseLr />
        <NumberControl state id=ParamId::Batch describe=describe_batch />
        <NumberControl state id=ParamId::CriticalBatch />
        <div class="chips">
            <button type="button" class="chip" data-testid="critical-known" aria-pressed=move || state.with(|s| !s.critical_known).to_string()
                title=move || (ctx.s().param)(ParamId::CriticalKnown).help
                on:click=move |_| state.update(|s| s.put(ParamId::CriticalKnown, Value::Choice(usize::from(!s.critical_known))))>
                {ctx.t(|s| s.curves.unknown)}
            </button>
            <span class="chip quiet">{ctx.t(|s| s.curves.illustrative)}</span>
        </div>
        <Recipes state />
        <Show when=is_adam>
            <AdamValues state />
        </Show>
        <button type="button" class="button" data-testid="curves-reset" on:click=move |_| state.set(CurvesState::default())>
            {ctx.t(|s| s.control.reset)}
        </button>
        <details class="why">
            <summary>{ctx.t(|s| s.curves.why)}</summary>
            <dl>
                {move || ctx.s().curves.assumptions.iter().map(|(name, text, source)| view! {
                    <div><dt>{*name}</dt><dd>{*text}<cite>{*source}</cite></dd></div>
                }).collect_view()}
            </dl>
        </details>
    }
}

/// Published recipes; choosing one sets base, target and, where the source knows it, the critical batch.
#[component]
fn Recipes(state: RwSignal<CurvesState>) -> impl IntoView {
    let ctx = use_ctx();
    let chosen = RwSignal::new(None::<usize>);
    let help = Help::new(
        "presets",
        |c| c.s().curves.presets,
        |c| c.s().curves.presets_help,
    );
    let apply = move |i: usize| {
        let preset = &PRESETS[i];
        state.update(|s| {
            let family = match preset.optimizer {
                OptimizerFamily::Sgd => Family::Sgd,
                OptimizerFamily::Adam => Family::Adam,
            };
            *s = CurvesState {
                y_axis: s.y_axis,
                spacing: s.spacing,
                hidden: s.hidden,
                family,
                ..CurvesState::default()
            };
            s.put(ParamId::BaseBatch, Value::Number(preset.base.batch.get()));
            s.put(ParamId::BaseLr, Value::Number(preset.base.lr.get()));
            s.put(ParamId::Batch, Value::Number(preset.target_batch.get()));
            match preset.critical_batch {
                // The value at the end of training: the recipes run to the end.
                Some(known) => s.put(ParamId::CriticalBatch, Value::Number(known.end.get())),
                None => s.put(ParamId::CriticalKnown, Value::Choice(0)),
            }
        });
        chosen.set(Some(i));
    };
    view! {
        <div class="select">
            <div class="control-head">
                <label class="control-label" for="select-presets">{ctx.t(|s| s.curves.presets)}</label>
                {help.button()}
            </div>
            {help.text()}
            <select id="select-presets" data-testid="presets" on:change:target=move |ev| {
                if let Ok(i) = ev.target().value().parse::<usize>() { apply(i) } else { chosen.set(None) }
            }>
                <option value="">{ctx.t(|s| s.curves.preset_choose)}</option>
                {(0..PRESETS.len()).map(|i| view! {
                    <option value=i.to_string() prop:selected=move || chosen.get() == Some(i)>{move || ctx.s().curves.preset_names[i]}</option>
                }).collect_view()}
            </select>
        </div>
        {move || chosen.get().map(|i| view! {
            <p class="aside" data-testid="preset-note">
                {ctx.s().curves.preset_notes[i]}
                <cite>{citation(&PRESETS[i].source)}</cite>
            </p>
        }.into_any())}
    }
}

/// Authors, year, title, identifier and place; the same in every language.
fn citation(source: &Citation) -> String {
    let year = source.year.map(|y| y.to_string());
    let arxiv = source.arxiv.map(|id| format!("arXiv:{id}"));
    [
        source.authors,
        year.as_deref(),
        Some(source.title),
        arxiv.as_deref(),
        Some(source.place),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(", ")
}

/// β₁, β₂, ε at the target, and the values of the two other curves.
#[component]
fn AdamValues(state: RwSignal<CurvesState>) -> impl IntoView {
    let ctx = use_ctx();
    let curves = Memo::new(move |_| state.get());
    let suggestion = move || {
        let s = ctx.s();
        let n = |v: f64| format_sig(v, 6, s.grouping);
        curves.with(|st| {
            let model = Curves::new(st);
            let kappa = st.batch / st.base_batch;
            match model.adam() {
                Ok(scaled) => view! {
                    <p class="muted">{s.curves.adam_suggestion}</p>
                    <dl class="values" data-testid="adam-values">
                        <div><dt>"κ"</dt><dd data-testid="adam-kappa" data-value=kappa.to_string()>{n(kappa)}</dd></div>
                        <div><dt>"η"</dt><dd data-testid="adam-lr" data-value=scaled.lr.to_string()>{n(scaled.lr)}</dd></div>
                        <div><dt>"β₁"</dt><dd data-testid="adam-beta1" data-value=scaled.beta1.get().to_string()>{n(scaled.beta1.get())}</dd></div>
                        <div><dt>"β₂"</dt><dd data-testid="adam-beta2" data-value=scaled.beta2.get().to_string()>{n(scaled.beta2.get())}</dd></div>
                        <div><dt>"ε"</dt><dd data-testid="adam-eps" data-value=scaled.eps.to_string()>{n(scaled.eps)}</dd></div>
                    </dl>
                }
                .into_any(),
                Err(why) => view! {
                    <p class="aside warn" data-testid="adam-invalid">{(s.curves.adam_invalid)(&n(kappa), &n(why.limits.min), &n(why.limits.max))}</p>
                }
                .into_any(),
            }
        })
    };
    let peak = move || {
        let s = ctx.s();
        curves.with(|st| match Curves::new(st).surge_peak() {
            Some(b) => (s.curves.surge_peak)(&number(s, libm::round(b))),
            None => s.curves.surge_no_peak.to_owned(),
        })
    };
    let surge_help = Help::new(
        "surge",
        |c| c.s().curves.surge_title,
        |c| c.s().curves.surge_help,
    );
    let shows_surge = move || state.with(|s| s.hidden & Curve::Surge.bit() == 0);
    view! {
        <section class="group">
            <h2>{ctx.t(|s| s.curves.adam_title)}</h2>
            {move || suggestion()}
            <details>
                <summary>{ctx.t(|s| s.control.advanced)}</summary>
                <NumberControl state id=ParamId::Beta1 />
                <NumberControl state id=ParamId::Beta2 />
                <NumberControl state id=ParamId::Eps />
                <NumberControl state id=ParamId::Alpha />
            </details>
            <div class="flag">
                <label class="check">
                    <input type="checkbox" data-testid="surge" prop:checked=shows_surge
                        on:change=move |_| state.update(|s| s.put(ParamId::HiddenCurves, Value::Flags(s.hidden ^ Curve::Surge.bit()))) />
                    {ctx.t(|s| s.curves.surge_title)}
                </label>
                {surge_help.button()}
                {surge_help.text()}
            </div>
            <Show when=shows_surge>
                <p class="muted" data-testid="surge-peak">{move || peak()}</p>
                <NumberControl state id=ParamId::SurgeDims />
                <NumberControl state id=ParamId::SurgeSignal />
                <NumberControl state id=ParamId::SurgeCorrelation />
            </Show>
        </section>
    }
}
