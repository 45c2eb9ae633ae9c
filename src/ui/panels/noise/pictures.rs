//! The three pictures of the plane: the fan, the parabola, the best learning rate.

use super::handles;
use crate::experiment::noise_lab::state::Lab;
use crate::params::defs::ParamId;
use crate::params::noise::NoiseState;
use crate::params::slider::stops_of;
use crate::scenes::noise::{
    best_reading, best_scene, fan_scene, parabola_reading, parabola_scene, visited_rates,
};
use crate::ui::chart_view::{ChartView, Mark, Picture, Reading};
use crate::ui::context::use_ctx;
use crate::ui::prelude::*;
use crate::ui::save::Save;
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
    let fan_picture: Picture =
        Arc::new(move |_| state.with(|st| lab.with(|lab| fan_scene(st, lab, ctx.s()))));
    let parabola_picture: Picture =
        Arc::new(move |_| state.with(|st| lab.with(|lab| parabola_scene(st, &lab.plane, ctx.s()))));
    view! {
        <div class="main-figure pictures" class:second=move || is_second.get()>
            <fieldset class="choices compact picture-tabs">
                <legend>{ctx.t(|s| s.noise.pictures)}</legend>
                <div class="segments">{tab(false)}{tab(true)}</div>
            </fieldset>
            <figure class="figure fan">
                <figcaption class="figure-head"><h2>{ctx.t(|s| s.noise.fan_title)}</h2><Save test_id="fan-chart" picture=fan_picture.clone() /></figcaption>
                <ChartView
                    test_id="fan-chart"
                    class="plane"
                    summary=Signal::derive(move || format!("{} {}", ctx.s().noise.fan_description, radius()))
                    picture=fan_picture
                    handles=handles::point(ctx, lab)
                />
                <p class="note" data-testid="fan-radius" data-value=move || lab.with(|l| l.radius).to_string()>{move || radius()}</p>
                <p class="note fan-note">{move || fan_note()}</p>
            </figure>
            <figure class="figure parabola">
                <figcaption class="figure-head"><h2>{ctx.t(|s| s.noise.parabola_title)}</h2><Save test_id="parabola-chart" picture=parabola_picture.clone() /></figcaption>
                <ChartView
                    test_id="parabola-chart"
                    class="plane"
                    summary=Signal::derive(move || format!("{} {}", ctx.s().noise.parabola_description, yours()))
                    picture=parabola_picture
                    handles=vec![handles::rate(ctx, lab)]
                    read=Arc::new(move |lr| Reading {
                        head: format!("η = {}", number(lr)),
                        rows: state.with(|st| lab.with(|lab| parabola_reading(st, &lab.plane, lr, ctx.s()))),
                    })
                    stops=Arc::new(move || state.with_untracked(|st| lab.with_untracked(|lab| visited_rates(st, &lab.plane))))
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
    let slope = move || lab.with(|lab| lab.plane.slope_of_best(batch.get()));
    let slope_text = move || {
        let n = &ctx.s().noise;
        // At B_noise the slope is one half.
        let say = |v: f64| {
            (n.slope)(
                &format_sig(v, 2, ctx.s().grouping),
                n.regimes[usize::from(v < 0.5)],
            )
        };
        slope().map(say)
    };
    let radius_mark = move || {
        lab.with(|lab| {
            let local = lab.plane.local()?;
            let x = local.simple_noise_scale();
            Some(Mark {
                test_id: "radius-mark",
                x,
                y: lab.plane.best_lr(x),
                hint: ctx.s().noise.radius_mark.to_owned(),
            })
        })
    };
    let best_picture: Picture = Arc::new(move |_| {
        state.with(|st| {
            lab.with(|lab| tried.with(|tried| best_scene(st, &lab.plane, tried, ctx.s())))
        })
    });
    view! {
        <figure class="figure">
            <figcaption class="figure-head">
                <h2>{ctx.t(|s| s.noise.best_title)}</h2>
                <Save test_id="best-chart" picture=best_picture.clone() />
                <span class="muted" data-testid="best-slope" data-value=move || slope().map(|v| v.to_string())>
                    {move || slope_text()}
                </span>
            </figcaption>
            <ChartView
                test_id="best-chart"
                class="tiny"
                summary=Signal::derive(move || {
                    let description = ctx.s().noise.best_description.to_owned();
                    slope_text().map_or(description.clone(), |slope| format!("{description} {slope}"))
                })
                picture=best_picture
                marks=Signal::derive(move || radius_mark().into_iter().collect())
                read=Arc::new(move |x| {
                    let batch = libm::round(x).max(1.0);
                    Reading {
                        head: format!("B = {}", format_sig(batch, 6, ctx.s().grouping)),
                        rows: lab.with(|lab| best_reading(&lab.plane, batch, ctx.s())),
                    }
                })
                stops=Arc::new(|| stops_of::<NoiseState>(ParamId::LabBatch))
            />
        </figure>
    }
}
