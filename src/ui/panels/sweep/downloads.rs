//! The map as SVG, and every run as CSV.

use super::map::with_view;
use super::session::Session;
use crate::chart::palette::{Palette, Theme};
use crate::chart::svg::to_svg;
use crate::export::sweep_csv;
use crate::scenes::sweep::map_scene;
use crate::ui::context::use_ctx;
use crate::ui::prelude::*;
use crate::ui::{dom, link};

#[component]
pub fn Downloads(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let name = move |ending: &str| {
        let seed = ctx.race.with_untracked(|s| s.seed);
        format!("lr-batch_sweep_seed{seed}.{ending}")
    };
    let svg = move |_| {
        let palette = Palette::from_css(include_str!("../../../../style/tokens.css"), Theme::Light);
        let scene = untrack(|| with_view(ctx, session, false, map_scene));
        let title = ctx.s_now().sweep.map_description;
        let text = to_svg(&scene, 900.0, 520.0, &palette, Some(title));
        dom::download(&name("svg"), "image/svg+xml", &text);
    };
    let csv = move |_| {
        let text = session
            .record
            .with_untracked(|record| sweep_csv::sweep(record, &link::full(&ctx)));
        dom::download(&name("csv"), "text/csv", &text);
    };
    let has_none = move || session.record.with(|r| r.n_done() == 0);
    view! {
        <span class="downloads" role="group" aria-label=ctx.t(|s| s.chart.download)>
            <button type="button" class="button small" data-testid="sweep-svg" disabled=has_none on:click=svg>{ctx.t(|s| s.chart.svg)}</button>
            <button type="button" class="button small" data-testid="sweep-csv" disabled=has_none on:click=csv>{ctx.t(|s| s.chart.csv)}</button>
        </span>
    }
}
