//! The best result and the best learning rate of every batch size, each with its fit; exact values under the crosshair.

use super::session::Session;
use crate::experiment::sweep::ridge::RidgePoint;
use crate::experiment::your_runs::{Fitted, RunFindings};
use crate::export::runs_csv;
use crate::measurements::Metric;
use crate::scenes::runs::{no_runs, runs_reading, runs_scene};
use crate::ui::chart_view::{ChartView, Picture, Reading};
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::link;
use crate::ui::prelude::*;
use crate::ui::save::Save;
use std::sync::Arc;

/// What the signs of the charts mean, for a saved picture.
fn legend(ctx: Ctx) -> String {
    let s = &ctx.s().runs;
    let [best, left_out, fitted, bend] = s.legend;
    format!("● {best} · ○ {left_out} · ━ {fitted} · ▒ {bend}")
}

#[component]
pub fn Charts(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let has = move |holds: fn(&RunFindings) -> bool| {
        session
            .findings
            .with(|f| f.as_ref().is_some_and(|f| !f.ridge.is_empty() && holds(f)))
    };
    let has_score = move || has(|f| f.metric.is_some());
    let has_lr = move || has(|f| f.lr.is_some());
    let score_title = move || {
        let s = ctx.s();
        if has(|f| f.metric == Some(Metric::Loss)) {
            s.runs.loss_title
        } else {
            s.runs.steps_title
        }
    };
    view! {
        <div class="runs-charts" hidden=move || !has(|_| true)>
            <Figure session what=Fitted::Steps title=Signal::derive(move || score_title().to_owned()) is_shown=Signal::derive(has_score) />
            <Figure session what=Fitted::LearningRate title=Signal::derive(move || ctx.s().runs.lr_title.to_owned()) is_shown=Signal::derive(has_lr) />
            <div class="map-legend note">
                {["●", "○", "━", "▒"].into_iter().enumerate().map(|(i, sign)| view! {
                    <span><span class="sign" aria-hidden="true">{sign}</span>{move || ctx.s().runs.legend[i]}</span>
                }).collect_view()}
            </div>
        </div>
    }
}

#[component]
fn Figure(
    session: Session,
    what: Fitted,
    title: Signal<String>,
    is_shown: Signal<bool>,
) -> impl IntoView {
    let ctx = use_ctx();
    let id = match what {
        Fitted::Steps => "runs-score",
        Fitted::LearningRate => "runs-lr",
    };
    let picture: Picture = Arc::new(move |_| {
        let s = ctx.s();
        session.findings.with(|found| match found {
            Some(found) => runs_scene(found, s, what),
            None => no_runs(s),
        })
    });
    let saved = picture.clone();
    let csv = Arc::new(move || {
        let alpha = ctx.runs.with(|s| s.alpha());
        session.findings.with(|found| {
            let table = |found| runs_csv::runs(found, alpha, &link::full(&ctx));
            found.as_ref().map(table).unwrap_or_default()
        })
    });
    let read = move |batch: f64| {
        session.findings.with(|found| {
            let found = found.as_ref();
            let reading = found.and_then(|found| runs_reading(found, ctx.s(), what, batch));
            let (head, rows) = reading.unwrap_or_default();
            Reading { head, rows }
        })
    };
    let stops = move || {
        let batch = |p: &RidgePoint| f64::from(p.batch);
        session.findings.with_untracked(|found| {
            let points = found.iter().flat_map(|found| &found.ridge);
            points.map(batch).collect()
        })
    };
    view! {
        <figure class="figure" hidden=move || !is_shown.get()>
            <figcaption class="figure-head">
                <h2>{move || title.get()}</h2>
                <Save test_id=id picture=saved legend=legend csv />
            </figcaption>
            {move || is_shown.get().then(|| view! {
                <ChartView
                    test_id=id
                    class="short"
                    summary=Signal::derive(move || ctx.s().runs.chart_description.to_owned())
                    picture=picture.clone()
                    read=Arc::new(read)
                    stops=Arc::new(stops)
                />
            })}
        </figure>
    }
}
