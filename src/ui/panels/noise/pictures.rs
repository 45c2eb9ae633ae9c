//! The three pictures of the plane: the fan, the parabola, the best learning rate.

use super::handles;
use crate::experiment::noise_lab::state::Lab;
use crate::scenes::noise::{best_scene, fan_scene, parabola_scene};
use crate::ui::chart_view::ChartView;
use crate::ui::context::use_ctx;
use crate::ui::prelude::*;
use crate::units::{LearningRate, format_sig};
use std::sync::Arc;

/// Batch sizes that are remembered for the dots of the lower chart.
const MOST_TRIED: usize = 40;

/// Fan and parabola side by side; on phones one of them at a time.
#[component]
pub fn Pictures(lab: Memo<Lab>) -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.noise;
    let number = move |v: f64| format_sig(v, 3, ctx.s().grouping);
    let is_second = RwSignal::new(false);
    let tab = move |second: bool| {
        view! {
            <label class="segment">
                <input type="radio" name="noise-picture" data-testid=if second { "tab-parabola" } else { "tab-fan" }
                    prop:checked=move || is_second.get() == second on:change=move |_| is_second.set(second) />
                <span>{move || { let s = &ctx.s().noise; if second { s.parabola_tab } else { s.fan_tab } }}</span>
            </label>
        }
    };
    let radius = move || {
        let s = &ctx.s().noise;
        lab.with(|lab| {
            let norm = libm::sqrt(lab.plane.moments().grad_norm_sq);
            let share = lab.radius / norm;
            if share < 1e4 {
                (s.fan_radius)(&number(lab.radius), &number(share))
            } else {
                (s.fan_radius_bare)(&number(lab.radius))
            }
        })
    };
    let best = move || lab.with(|lab| lab.plane.best_lr(state.with(|s| s.batch)));
    let share = move || {
        let (lr, batch) = state.with(|s| (s.lr, s.batch));
        lab.with(|lab| {
            let lr = LearningRate::clamped(lr);
            lab.plane
                .local()
                .map(|_| lab.plane.share_of_best(lr, batch))
        })
    };
    let yours = move || {
        let s = &ctx.s().noise;
        let lr = number(state.with(|s| s.lr));
        match share() {
            Some(share) if share > 0.0 => {
                (s.yours)(&lr, &format_sig(100.0 * share, 2, ctx.s().grouping))
            }
            _ => (s.yours_rises)(&lr),
        }
    };
    let fan_note = move || (ctx.s().noise.fan_note)(&number(state.with(|s| s.n_samples)));
    view! {
        <div class="main-figure pictures" class:second=move || is_second.get()>
            <fieldset class="choices compact picture-tabs">
                <legend>{ctx.t(|s| s.noise.pictures)}</legend>
                <div class="segments">{tab(false)}{tab(true)}</div>
            </fieldset>
            <figure class="figure fan">
                <figcaption class="figure-head"><h2>{ctx.t(|s| s.noise.fan_title)}</h2></figcaption>
                <ChartView
                    test_id="fan-chart"
                    class="plane"
                    summary=Signal::derive(move || format!("{} {}", ctx.s().noise.fan_description, radius()))
                    picture=Arc::new(move |_| state.with(|st| lab.with(|lab| fan_scene(st, lab, ctx.s()))))
                    handles=handles::point(ctx, lab)
                />
                <p class="note" data-testid="fan-radius" data-value=move || lab.with(|l| l.radius).to_string()>{move || radius()}</p>
                <p class="note fan-note">{move || fan_note()}</p>
            </figure>
            <figure class="figure parabola">
                <figcaption class="figure-head"><h2>{ctx.t(|s| s.noise.parabola_title)}</h2></figcaption>
                <ChartView
                    test_id="parabola-chart"
                    class="plane"
                    summary=Signal::derive(move || format!("{} {}", ctx.s().noise.parabola_description, yours()))
                    picture=Arc::new(move |_| state.with(|st| lab.with(|lab| parabola_scene(st, &lab.plane, ctx.s()))))
                    handles=vec![handles::rate(ctx, lab)]
                />
                <p class="note" data-testid="best-lr" data-value=move || best().to_string()>{move || (ctx.s().noise.best)(&number(best()))}</p>
                <p class="note" data-testid="your-lr" data-value=move || share().map(|v| v.to_string())>{move || yours()}</p>
            </figure>
        </div>
    }
}

/// The best learning rate of every batch size; those that were tried are marked.
#[component]
pub fn BestFigure(lab: Memo<Lab>) -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.noise;
    let batch = Memo::new(move |_| state.with(|s| s.batch));
    let tried = RwSignal::new(Vec::<f64>::new());
    watch(
        move || batch.get(),
        move |batch| {
            tried.update(|tried| {
                if tried.len() < MOST_TRIED && !tried.iter().any(|b| b.to_bits() == batch.to_bits())
                {
                    tried.push(*batch);
                }
            });
        },
    );
    // Local exponent of ε_opt(B) = ε_max/(1 + B_noise/B): B_noise/(B + B_noise).
    let slope = move || {
        let scale = lab.with(|lab| lab.plane.local().map(|l| l.noise_scale()))?;
        Some(scale / (scale + batch.get()))
    };
    view! {
        <figure class="figure">
            <figcaption class="figure-head">
                <h2>{ctx.t(|s| s.noise.best_title)}</h2>
                <span class="muted" data-testid="best-slope" data-value=move || slope().map(|v| v.to_string())>
                    {move || slope().map(|v| (ctx.s().noise.slope)(&format_sig(v, 2, ctx.s().grouping)))}
                </span>
            </figcaption>
            <ChartView
                test_id="best-chart"
                class="tiny"
                summary=Signal::derive(move || ctx.s().noise.best_description.to_owned())
                picture=Arc::new(move |_| state.with(|st| lab.with(|lab| tried.with(|tried| best_scene(st, &lab.plane, tried, ctx.s())))))
            />
        </figure>
    }
}
