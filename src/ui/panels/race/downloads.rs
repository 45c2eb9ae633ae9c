//! The loss chart as SVG, and every recorded number as CSV.

use super::session::Session;
use crate::chart::palette::{Palette, Theme};
use crate::chart::svg::to_svg;
use crate::export::race_csv;
use crate::scenes::race::{RaceView, loss_range, loss_scene};
use crate::ui::context::use_ctx;
use crate::ui::prelude::*;
use crate::ui::{dom, link};

#[component]
pub fn Downloads(session: Session, hidden: RwSignal<u32>) -> impl IntoView {
    let ctx = use_ctx();
    let name = move |ending: &str| {
        let (batch, seed) = ctx.race.with_untracked(|s| (s.batch, s.seed));
        format!("lr-batch_race_b{batch}_seed{seed}.{ending}")
    };
    let svg = move |_| {
        let palette = Palette::from_css(include_str!("../../../../style/tokens.css"), Theme::Light);
        let s = ctx.s_now();
        let scene = session.shown.with_untracked(|state| {
            session.record.with_untracked(|record| {
                let view = RaceView {
                    state,
                    record,
                    hidden: hidden.get_untracked(),
                    x_max: None,
                    s,
                    is_narrow: false,
                };
                loss_scene(&view, loss_range(&view))
            })
        });
        let text = to_svg(&scene, 900.0, 460.0, &palette, Some(s.race.loss_title));
        dom::download(&name("svg"), "image/svg+xml", &text);
    };
    let csv = move |_| {
        let text = session
            .record
            .with_untracked(|record| race_csv::race(record, &link::full(&ctx)));
        dom::download(&name("csv"), "text/csv", &text);
    };
    let has_none = move || session.record.with(|r| !r.has_steps());
    view! {
        <span class="downloads" role="group" aria-label=ctx.t(|s| s.chart.download)>
            <button type="button" class="button small" data-testid="race-svg" disabled=has_none on:click=svg>{ctx.t(|s| s.chart.svg)}</button>
            <button type="button" class="button small" data-testid="race-csv" disabled=has_none on:click=csv>{ctx.t(|s| s.chart.csv)}</button>
        </span>
    }
}
