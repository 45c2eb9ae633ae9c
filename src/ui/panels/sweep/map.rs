//! The map of learning rate and batch size, with the anchor of the rules on it.

use super::anchor::anchor;
use super::cells::cells;
use super::downloads::Downloads;
use super::session::{Phase, Session};
use crate::scenes::sweep::{SweepView, map_scene};
use crate::ui::chart_view::ChartView;
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::prelude::*;
use std::sync::Arc;

/// Calls `draw` with everything that the panel's scenes are drawn from; subscribes to it.
pub fn with_view<T>(
    ctx: Ctx,
    session: Session,
    is_narrow: bool,
    draw: impl FnOnce(&SweepView) -> T,
) -> T {
    ctx.race.with(|state| {
        session.record.with(|record| {
            session.findings.with(|findings| {
                draw(&SweepView {
                    state,
                    record,
                    findings,
                    s: ctx.s(),
                    is_narrow,
                })
            })
        })
    })
}

#[component]
pub fn MapFigure(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let metric = move || ctx.race.with(|s| s.sweep_metric as usize);
    let is_empty = Memo::new(move |_| session.record.with(|r| r.n_done() == 0));
    let is_waiting = move || is_empty.get() && session.phase.get() != Phase::Running;
    view! {
        <figure class="figure main-figure">
            <figcaption class="figure-head">
                <h2>{move || ctx.s().sweep.map_titles[metric()]}</h2>
                <div class="toolbar"><Downloads session /></div>
            </figcaption>
            <div class="chart-wrap">
                <ChartView
                    test_id="sweep-map"
                    class="tall"
                    summary=Signal::derive(move || ctx.s().sweep.map_description.to_owned())
                    picture=Arc::new(move |is_narrow| with_view(ctx, session, is_narrow, map_scene))
                    handles=vec![anchor(ctx)]
                    overlay=cells(ctx, session)
                />
                <p class="empty-chart" data-testid="sweep-empty" hidden=move || !is_waiting()>{ctx.t(|s| s.sweep.empty)}</p>
            </div>
        </figure>
        <div class="map-legend note">
            <span>{ctx.t(|s| s.sweep.legend_best)}<span class="viridis" aria-hidden="true"></span>{ctx.t(|s| s.sweep.legend_worst)}</span>
            <span><span class="tile dotted" aria-hidden="true"></span>{ctx.t(|s| s.sweep.legend_missed)}</span>
            <span><span class="tile hatched" aria-hidden="true"></span>{ctx.t(|s| s.sweep.legend_diverged)}</span>
            <span><span class="sign" aria-hidden="true">"●"</span>{ctx.t(|s| s.sweep.legend_ridge)}</span>
            <span><span class="sign" aria-hidden="true">"■"</span>{ctx.t(|s| s.sweep.legend_anchor)}</span>
        </div>
    }
}
