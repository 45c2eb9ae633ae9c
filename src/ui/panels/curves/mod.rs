//! Curves: "I changed the batch size; what does each rule say, and when do they part?"

mod controls;
mod handles;
mod table;

use crate::experiment::curves::{Curve, Curves};
use crate::i18n::Strings;
use crate::params::curves::{CurvesState, Family, YAxis};
use crate::params::defs::{ParamId, Params, Value};
use crate::params::slider;
use crate::scenes::curves::{
    Domain, add_measured, cost_scene, curve_name, curve_style, main_scene, scaled,
};
use crate::ui::chart_view::{ChartView, Mark, Picture, Reading};
use crate::ui::context::use_ctx;
use crate::ui::controls::Choices;
use crate::ui::prelude::*;
use crate::ui::save::Save;
use crate::ui::shell::on_panel_key;
use crate::units::{BatchSize, format_sig};
use std::sync::Arc;
use std::time::Duration;

/// Live summaries wait for this pause in the input.
const QUIET: Duration = Duration::from_millis(500);

/// The stops of one control's slider.
fn stops_of(id: ParamId) -> Vec<f64> {
    slider::stops_of::<CurvesState>(id)
}

fn number(s: &Strings, value: f64) -> String {
    format_sig(value, 4, s.grouping)
}

#[component]
pub fn CurvesPanel() -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.curves;
    let cost_now = move || {
        let curves = state.with(Curves::new);
        curves.cost(curves.target)
    };
    let is_dragging = RwSignal::new(false);
    let domain = Memo::new(move |previous: Option<&Domain>| match previous {
        Some(kept) if is_dragging.get() => *kept,
        _ => state.with(Domain::of),
    });
    let shows_table = RwSignal::new(false);
    on_panel_key(ctx, move |key, _| {
        match key {
            "t" | "T" => shows_table.update(|t| *t = !*t),
            "r" | "R" => state.set(CurvesState::default()),
            _ => return false,
        }
        true
    });
    announce(ctx, state);

    let summary = Signal::derive(move || {
        format!(
            "{} {}",
            ctx.s().curves.chart_description,
            live_sentence(ctx.s(), &state.get())
        )
    });
    let title = move || match state.with(|s| s.y_axis) {
        YAxis::Lr => ctx.s().curves.chart_title,
        YAxis::OverBase => ctx.s().curves.chart_title_over_base,
        YAxis::OverReference => ctx.s().curves.chart_title_over_reference,
    };
    let read = Arc::new(move |x: f64| state.with(|st| reading(ctx.s(), st, x)));
    let marks = Signal::derive(move || {
        let s = ctx.s();
        state
            .with(|st| {
                let model = Curves::new(st);
                model
                    .meets_again()
                    .filter(|_| st.hidden & Curve::Sqrt.bit() == 0)
                    .map(|b| Mark {
                        test_id: "meets-again",
                        x: b,
                        y: scaled(&model, st, Curve::Sqrt, BatchSize::clamped(b)),
                        hint: (s.curves.meets_again_at)(&number(s, b)),
                    })
            })
            .into_iter()
            .collect::<Vec<_>>()
    });
    let cost = move || {
        let (steps, examples) = cost_now();
        let s = ctx.s();
        (s.curves.cost_summary)(
            &format_sig(steps, 3, s.grouping),
            &format_sig(examples, 3, s.grouping),
        )
    };

    let picture: Picture = Arc::new(move |is_narrow| {
        state.with(|st| {
            let mut scene = main_scene(st, &domain.get(), ctx.s(), is_narrow);
            ctx.measured
                .with(|points| add_measured(&mut scene, st, points));
            scene
        })
    });
    let cost_picture: Picture =
        Arc::new(move |is_narrow| state.with(|st| cost_scene(st, ctx.s(), is_narrow)));

    view! {
        <div class="panel" data-testid="panel-curves" data-state="ready">
            <aside class="side" aria-label=ctx.t(|s| s.curves.controls)>
                <controls::CurvesControls state />
            </aside>
            <div class="main">
                <header class="question">
                    <h1>{ctx.t(|s| s.curves.question)}</h1>
                    <p class="muted hint">{ctx.t(|s| s.curves.hint)}</p>
                </header>
                <figure class="figure main-figure">
                    <figcaption class="figure-head">
                        <h2>{move || title()}</h2>
                        <div class="toolbar">
                            <Choices state id=ParamId::YAxis is_compact=true />
                            <Choices state id=ParamId::Spacing is_compact=true />
                            <button type="button" class="button small" data-testid="drop-measured" hidden=move || ctx.measured.with(Vec::is_empty)
                                on:click=move |_| ctx.measured.set(Vec::new())>{ctx.t(|s| s.sweep.drop_measured)}</button>
                            <button type="button" class="button small" data-testid="table-toggle" aria-expanded=move || shows_table.get().to_string()
                                on:click=move |_| shows_table.update(|t| *t = !*t)>
                                {move || if shows_table.get() { ctx.s().chart.hide_table } else { ctx.s().chart.table }}
                            </button>
                            <Save test_id="curves-chart" picture=picture.clone() csv=table::csv_of(ctx, state, domain) />
                        </div>
                    </figcaption>
                    <ChartView
                        test_id="curves-chart"
                        class="tall"
                        summary
                        picture
                        handles=handles::handles(ctx, state, domain, is_dragging)
                        marks
                        read
                        stops=Arc::new(move || {
                            let (min, max) = domain.get_untracked().x;
                            stops_of(ParamId::Batch).into_iter().filter(|b| *b >= min && *b <= max).collect()
                        })
                    />
                    <Legend state />
                    <Quick state />
                </figure>
                <Show when=move || shows_table.get()><table::Samples state domain /></Show>
                <div class="answers">
                    <section class="answer">
                        <table::Rules state />
                        <Sentence state />
                    </section>
                    <figure class="figure cost-figure">
                        <figcaption class="figure-head">
                            <h2>{ctx.t(|s| s.curves.cost_title)}</h2>
                            <span class="muted" data-testid="cost-summary"
                                data-steps=move || cost_now().0.to_string()
                                data-examples=move || cost_now().1.to_string()>{move || cost()}</span>
                            <Save test_id="cost-chart" picture=cost_picture.clone() />
                        </figcaption>
                        <ChartView
                            test_id="cost-chart"
                            class="short"
                            summary=Signal::derive(move || format!("{} {}", ctx.s().curves.cost_description, cost()))
                            picture=cost_picture
                            read=Arc::new(move |x| state.with(|st| cost_reading(ctx.s(), st, x)))
                            stops=Arc::new(move || stops_of(ParamId::Batch))
                        />
                    </figure>
                </div>
            </div>
        </div>
    }
}

/// Says the four numbers after the reader has stopped changing things.
fn announce(ctx: crate::ui::context::Ctx, state: RwSignal<CurvesState>) {
    let pending = StoredValue::new(None::<TimeoutHandle>);
    watch(
        move || state.get(),
        move |_| {
            pending.update_value(|p| {
                if let Some(handle) = p.take() {
                    handle.clear();
                }
                *p = set_timeout_with_handle(
                    move || {
                        if let Some(text) =
                            state.try_with_untracked(|st| live_sentence(ctx.s_now(), st))
                        {
                            ctx.announcement.set(text);
                        }
                    },
                    QUIET,
                )
                .ok();
            });
        },
    );
    on_cleanup(move || {
        pending.try_update_value(|p| {
            if let Some(handle) = p.take() {
                handle.clear();
            }
        });
    });
}

fn live_sentence(s: &Strings, state: &CurvesState) -> String {
    let curves = Curves::new(state);
    let lr = |c| number(s, curves.lr(c, curves.target));
    (s.curves.live)(
        &number(s, state.batch),
        &lr(Curve::Linear),
        &lr(Curve::Sqrt),
        &lr(Curve::Theory),
    )
}

fn reading(s: &Strings, state: &CurvesState, x: f64) -> Reading {
    let batch = BatchSize::clamped(libm::round(x));
    let curves = Curves::new(state);
    Reading {
        head: format!("B = {}", number(s, batch.get())),
        rows: curves
            .rows(batch)
            .into_iter()
            .filter(|row| state.hidden & row.curve.bit() == 0)
            .map(|row| {
                (
                    curve_style(row.curve).0.token(),
                    curve_name(row.curve, state, s),
                    number(s, row.lr),
                )
            })
            .collect(),
    }
}

fn cost_reading(s: &Strings, state: &CurvesState, x: f64) -> Reading {
    let batch = BatchSize::clamped(libm::round(x));
    let (steps, examples) = Curves::new(state).cost(batch);
    Reading {
        head: format!("B = {}", number(s, batch.get())),
        rows: vec![
            (
                "text",
                s.curves.steps.to_owned(),
                format!("×{}", format_sig(steps, 3, s.grouping)),
            ),
            (
                "linear",
                s.curves.examples.to_owned(),
                format!("×{}", format_sig(examples, 3, s.grouping)),
            ),
        ],
    }
}

/// Each entry is a button that shows or hides its curve.
#[component]
fn Legend(state: RwSignal<CurvesState>) -> impl IntoView {
    let ctx = use_ctx();
    view! {
        <div class="legend" role="group" aria-label=ctx.t(|s| s.chart.legend)>
            {Curve::ALL.into_iter().map(|curve| {
                let is_shown = move || state.with(|st| st.hidden & curve.bit() == 0);
                view! {
                    <button type="button" class="legend-item" aria-pressed=move || is_shown().to_string()
                        data-testid=format!("legend-{}", crate::params::curves::CURVE_NAMES[curve as usize])
                        hidden=move || curve == Curve::Surge && state.with(|st| st.family == Family::Sgd)
                        on:click=move |_| state.update(|st| st.put(ParamId::HiddenCurves, Value::Flags(st.hidden ^ curve.bit())))>
                        <span class=format!("swatch swatch-{}", curve_style(curve).0.token())></span>
                        {move || state.with(|st| curve_name(curve, st, ctx.s()))}
                    </button>
                }
            }).collect_view()}
        </div>
    }
}

/// On phones, where the table is far below: the rates at the target, right under the picture.
#[component]
fn Quick(state: RwSignal<CurvesState>) -> impl IntoView {
    let ctx = use_ctx();
    let rates = move || {
        let s = ctx.s();
        state.with(|st| {
            let curves = Curves::new(st);
            let shown = curves.rows(curves.target).into_iter().filter(|row| st.hidden & row.curve.bit() == 0);
            shown
                .map(|row| {
                    view! {
                        <div>
                            <dt><span class=format!("swatch swatch-{}", curve_style(row.curve).0.token())></span>
                                {s.curves.short_rules[row.curve as usize]}</dt>
                            <dd>{format_sig(row.lr, 3, s.grouping)}</dd>
                        </div>
                    }
                })
                .collect_view()
        })
    };
    // The table says the same; hearing it twice helps nobody.
    view! { <dl class="quick" aria-hidden="true">{move || rates()}</dl> }
}

/// The answer in one sentence, and what is special about this state.
#[component]
fn Sentence(state: RwSignal<CurvesState>) -> impl IntoView {
    let ctx = use_ctx();
    let sentence = move || {
        let s = ctx.s();
        state.with(|st| {
            if st.batch.to_bits() == st.base_batch.to_bits() {
                return s.curves.no_change.to_owned();
            }
            let curves = Curves::new(st);
            let factor = |curve| {
                let ratio = curves.ratio(curve, curves.target);
                (
                    format_sig(
                        if ratio >= 1.0 { ratio } else { 1.0 / ratio },
                        2,
                        s.grouping,
                    ),
                    ratio >= 1.0,
                )
            };
            let (linear, linear_above) = factor(Curve::Linear);
            let batch = number(s, st.batch);
            match st.family {
                Family::Sgd => {
                    let (sqrt, sqrt_above) = factor(Curve::Sqrt);
                    (s.curves.sentence)(&batch, &linear, linear_above, &sqrt, sqrt_above)
                }
                Family::Adam => {
                    let (theory, theory_above) = factor(Curve::Theory);
                    (s.curves.sentence_adam)(&batch, &linear, linear_above, &theory, theory_above)
                }
            }
        })
    };
    let asides = move || {
        let s = &ctx.s().curves;
        state.with(|st| {
            [
                (st.batch < st.base_batch, s.shrinking),
                (
                    st.critical_known && st.base_batch > st.critical_batch,
                    s.base_above_critical,
                ),
                (!st.critical_known, s.unknown_band),
            ]
            .into_iter()
            .filter(|(holds, _)| *holds)
            .map(|(_, text)| view! { <p class="aside">{text}</p> })
            .collect_view()
        })
    };
    view! {
        <blockquote class="sentence" data-testid="sentence">{move || sentence()}</blockquote>
        {move || asides()}
    }
}
