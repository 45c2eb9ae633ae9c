//! The map of learning rate and batch size, with the anchor of the rules on it.

use super::anchor::anchor;
use super::cells::cells;
use super::session::{Phase, Session};
use crate::export::sweep_csv;
use crate::scenes::sweep::{SweepView, map_scene};
use crate::ui::chart_view::{ChartView, Picture};
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::link;
use crate::ui::prelude::*;
use crate::ui::save::Save;
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

/// What the signs of the map mean, for a saved picture.
fn legend(ctx: Ctx) -> String {
    let s = &ctx.s().sweep;
    format!(
        "▒ {} → {} · ∷ {} · ▨ {} · ● {} · ■ {}",
        s.legend_best,
        s.legend_worst,
        s.legend_missed,
        s.legend_diverged,
        s.legend_ridge,
        s.legend_anchor
    )
}

#[component]
pub fn MapFigure(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let metric = move || ctx.race.with(|s| s.sweep_metric as usize);
    let is_empty = Memo::new(move |_| session.record.with(|r| r.n_done() == 0));
    let is_waiting = move || is_empty.get() && session.phase.get() != Phase::Running;
    let picture: Picture = Arc::new(move |is_narrow| with_view(ctx, session, is_narrow, map_scene));
    view! {
        <figure class="figure main-figure">
            <figcaption class="figure-head">
                <h2>{move || ctx.s().sweep.map_titles[metric()]}</h2>
                <div class="toolbar">
                    <Save test_id="sweep-map" picture=picture.clone() legend=legend is_empty
                        csv=Arc::new(move || session.record.with(|record| sweep_csv::sweep(record, &link::full(&ctx)))) />
                </div>
            </figcaption>
            <div class="chart-wrap">
                <ChartView
                    test_id="sweep-map"
                    class="tall"
                    summary=Signal::derive(move || ctx.s().sweep.map_description.to_owned())
                    picture
                    handles=vec![anchor(ctx)]
                    overlay=cells(ctx, session)
                />
                <p class="empty-chart" data-testid="sweep-empty" hidden=move || !is_waiting()><span>{ctx.t(|s| s.sweep.empty)}</span></p>
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
