//! The charts: loss, large; accuracy, gradient norm, noise scale and learning rate, small.

use super::handles::{loss_handles, lr_handles, x_max};
use super::session::{Phase, Session};
use crate::chart::scene::Scene;
use crate::experiment::race::LaneKind;
use crate::export::race_csv;
use crate::params::defs::ParamId;
use crate::params::race::{LANE_NAMES, RaceState, TaskKind};
use crate::scenes::race::{
    Chart, RaceView, TEST_BIT, accuracy_scene, lane_style, loss_range, loss_scene, lr_scene,
    noise_scene, norm_scene, reading, visited,
};
use crate::ui::chart_view::{ChartView, Handle, Picture, Reading};
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::controls::{Choices, Flag};
use crate::ui::link;
use crate::ui::prelude::*;
use crate::ui::save::Save;
use crate::units::{Grouping, format_sig};
use std::sync::Arc;

/// How many smaller charts there are.
const N_SMALL: u32 = 4;

/// Whether a task is judged on a test set.
pub fn is_classification(state: &RaceState) -> bool {
    matches!(state.task, TaskKind::Digits | TaskKind::Spirals)
}

/// What charts need besides the record.
#[derive(Clone, Copy)]
struct Frame {
    ctx: Ctx,
    session: Session,
    hidden: RwSignal<u32>,
    x_max: Memo<Option<f64>>,
}

impl Frame {
    fn with<T>(self, is_narrow: bool, draw: impl FnOnce(&RaceView) -> T) -> T {
        self.session.shown.with(|state| {
            self.session.record.with(|record| {
                draw(&RaceView {
                    state,
                    record,
                    hidden: self.hidden.get(),
                    x_max: self.x_max.get(),
                    s: self.ctx.s(),
                    is_narrow,
                })
            })
        })
    }

    fn read(self, chart: Chart) -> crate::ui::chart_view::Read {
        Arc::new(move |x| {
            let s = self.ctx.s();
            let axis = s.race.axes[self.session.shown.with(|st| st.x_axis as usize)];
            let digits = if x >= 1000.0 { 6 } else { 4 };
            Reading {
                head: format!(
                    "{axis}{}{}",
                    s.colon,
                    format_sig(libm::round(x * 1000.0) / 1000.0, digits, s.grouping)
                ),
                rows: self.with(false, |view| reading(view, chart, x)),
            }
        })
    }

    fn stops(self) -> crate::ui::chart_view::Stops {
        Arc::new(move || untrack(|| self.with(false, visited)))
    }
}

#[component]
pub fn LossFigure(session: Session, hidden: RwSignal<u32>) -> impl IntoView {
    let ctx = use_ctx();
    let frame = Frame {
        ctx,
        session,
        hidden,
        x_max: x_max(ctx, session),
    };
    // Stands still while the target line is dragged.
    let range = Memo::new(move |old: Option<&(f64, f64)>| match old {
        Some(kept) if session.draft.get().is_some() => *kept,
        _ => frame.with(false, loss_range),
    });
    let title = move || match session.shown.with(|s| s.task) {
        TaskKind::Digits | TaskKind::Spirals => ctx.s().race.loss_title,
        TaskKind::LinearRegression | TaskKind::Quadratic => ctx.s().race.loss_title_exact,
    };
    let is_empty = Memo::new(move |_| session.record.with(|r| !r.has_steps()));
    let is_waiting = move || is_empty.get() && !session.phase.get().is_going();
    let picture: Picture =
        Arc::new(move |is_narrow| frame.with(is_narrow, |view| loss_scene(view, range.get())));
    let summary = Signal::derive(move || {
        let s = ctx.s();
        let results = if session.phase.get() == Phase::Running {
            untrack(|| session.results())
        } else {
            session.results()
        };
        let lanes: Vec<String> = results
            .iter()
            .filter_map(|r| {
                let loss = format_sig(r.loss?, 3, Grouping::None);
                Some(format!("{} {loss}", s.race.lanes[r.kind as usize]))
            })
            .collect();
        format!("{} {}", s.race.chart_description, lanes.join(", "))
    });
    view! {
        <figure class="figure main-figure">
            <figcaption class="figure-head">
                <h2>{move || title()}</h2>
                <div class="toolbar">
                    <Choices state=ctx.race id=ParamId::XAxis is_compact=true />
                    <Flag state=ctx.race id=ParamId::LossAxis />
                    <Save test_id="race-loss" picture=picture.clone() is_empty
                        csv=Arc::new(move || session.record.with(|record| race_csv::race(record, &link::full(&ctx)))) />
                </div>
            </figcaption>
            <div class="chart-wrap">
                <ChartView
                    test_id="race-loss"
                    class="tall"
                    summary
                    picture
                    handles=loss_handles(ctx, session)
                    read=frame.read(Chart::Loss)
                    stops=frame.stops()
                />
                <p class="empty-chart" data-testid="race-empty" hidden=move || !is_waiting()>
                    {move || if session.record.with(|r| r.runs.is_empty()) { ctx.s().race.no_lanes } else { ctx.s().race.empty }}
                </p>
            </div>
            <Legend session hidden />
            <p class="note loss-note" hidden=move || !session.shown.with(is_classification)>{ctx.t(|s| s.race.loss_note)}</p>
        </figure>
    }
}

/// Each entry is a button that shows or hides its lane in every chart; it goes on training.
#[component]
fn Legend(session: Session, hidden: RwSignal<u32>) -> impl IntoView {
    let ctx = use_ctx();
    let entry = move |bit: u32,
                      token: &'static str,
                      test_id: String,
                      is_in: Signal<bool>,
                      name: Signal<&'static str>| {
        view! {
            <button type="button" class="legend-item" data-testid=test_id hidden=move || !is_in.get()
                aria-pressed=move || (hidden.get() & bit == 0).to_string()
                on:click=move |_| hidden.update(|h| *h ^= bit)>
                <span class=format!("swatch swatch-{token}")></span>
                {move || name.get()}
            </button>
        }
    };
    view! {
        <div class="legend" role="group" aria-label=ctx.t(|s| s.chart.legend)>
            {LaneKind::ALL.into_iter().map(|kind| {
                let bit = 1 << kind as u32;
                entry(
                    bit,
                    lane_style(kind).0.token(),
                    format!("legend-{}", LANE_NAMES[kind as usize]),
                    Signal::derive(move || session.shown.with(|s| s.lanes & bit != 0)),
                    Signal::derive(move || ctx.s().race.lanes[kind as usize]),
                )
            }).collect_view()}
            {entry(
                TEST_BIT,
                "test",
                "legend-test".to_owned(),
                Signal::derive(move || session.shown.with(is_classification)),
                Signal::derive(move || ctx.s().race.series_test),
            )}
        </div>
    }
}

#[component]
pub fn ExtraCharts(session: Session, hidden: RwSignal<u32>) -> impl IntoView {
    let ctx = use_ctx();
    let frame = Frame {
        ctx,
        session,
        hidden,
        x_max: Memo::new(|_| None),
    };
    // While training the record changes twenty times a second; these follow more slowly, each in its turn, so that
    // no frame draws them all.
    let turns: [Memo<u32>; N_SMALL as usize] = core::array::from_fn(|i| {
        Memo::new(move |_| {
            let n = session.slow.get();
            let is_going = session.phase.get().is_going();
            if is_going {
                (n + i as u32) / N_SMALL
            } else {
                n.wrapping_add(u32::MAX / 2)
            }
        })
    });
    let slowly = move |is_narrow: bool, chart: Chart, draw: fn(&RaceView) -> Scene| {
        // Read, not only tracked: a memo that nobody reads never runs.
        let _turn = turns[chart as usize % turns.len()].get();
        session.shown.track();
        frame.hidden.track();
        ctx.lang.track();
        untrack(|| frame.with(is_narrow, draw))
    };
    let is_empty = Memo::new(move |_| session.record.with(|r| !r.has_steps()));
    let small = move |test_id: &'static str,
                      chart: Chart,
                      draw: fn(&RaceView) -> Scene,
                      title: fn(Ctx) -> &'static str,
                      note: fn(Ctx) -> &'static str,
                      handles: Vec<Handle>| {
        let picture: Picture = Arc::new(move |is_narrow| slowly(is_narrow, chart, draw));
        view! {
            <figure class="figure">
                <figcaption class="figure-head">
                    <h2>{move || title(ctx)}</h2>
                    <Save test_id picture=picture.clone() is_empty />
                </figcaption>
                <ChartView
                    test_id
                    class="tiny"
                    summary=Signal::derive(move || title(ctx).to_owned())
                    picture
                    handles
                    read=frame.read(chart)
                    stops=frame.stops()
                />
                <p class="note">{move || note(ctx)}</p>
            </figure>
        }
    };
    view! {
        <section class="extra-charts">
            <Show when=move || session.shown.with(is_classification)>
                {small("race-accuracy", Chart::Accuracy, accuracy_scene, |c| c.s().race.accuracy_title, |_| "", Vec::new())}
            </Show>
            {small("race-norm", Chart::Norm, norm_scene, |c| c.s().race.norm_title, |c| c.s().race.norm_note, Vec::new())}
            {small("race-noise", Chart::Noise, noise_scene, |c| c.s().race.noise_title, |c| c.s().race.noise_note, Vec::new())}
            {small("race-lr", Chart::Lr, lr_scene, |c| c.s().race.lr_title, |_| "", lr_handles(ctx, session))}
        </section>
    }
}
