//! Tables of the Curves panel.

use super::{number, stops_of};
use crate::experiment::curves::{Curves, Row, Verdict};
use crate::export::csv;
use crate::params::curves::{CURVE_NAMES, CurvesState, Family};
use crate::params::defs::ParamId;
use crate::scenes::curves::{Domain, curve_name, curve_style};
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::link;
use crate::ui::prelude::*;
use crate::ui::save::MakeCsv;
use crate::units::{BatchSize, format_sig};
use std::sync::Arc;

/// Each rule at the target batch.
#[component]
pub fn Rules(state: RwSignal<CurvesState>) -> impl IntoView {
    let ctx = use_ctx();
    let rows = move || {
        let s = ctx.s();
        state.with(|st| {
            let curves = Curves::new(st);
            curves
                .rows(curves.target)
                .into_iter()
                .filter(|row| st.hidden & row.curve.bit() == 0)
                .map(|row| {
                    let name = CURVE_NAMES[row.curve as usize];
                    let (verdict, class) = match row.verdict {
                        Verdict::Reference => (s.curves.reference, ""),
                        Verdict::Agrees => (s.curves.agrees, "ok"),
                        Verdict::TooSmall => (s.curves.too_small, "under"),
                        Verdict::Overshoots => (s.curves.overshoots, "over"),
                    };
                    view! {
                        <tr>
                            <th scope="row"><span class=format!("swatch swatch-{}", curve_style(row.curve).0.token())></span>{curve_name(row.curve, st, s)}</th>
                            <td data-testid=format!("lr-{name}") data-value=row.lr.to_string()>{number(s, row.lr)}</td>
                            <td data-testid=format!("ratio-{name}") data-value=row.ratio.to_string()>{ratio_text(&row, s)}</td>
                            <td class=format!("verdict {class}") data-testid=format!("verdict-{name}")>{verdict}</td>
                        </tr>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <table class="table rules">
            <caption class="visually-hidden">{ctx.t(|s| s.curves.table_caption)}</caption>
            <thead>
                <tr>
                    <th scope="col">{ctx.t(|s| s.curves.column_rule)}</th>
                    <th scope="col">{move || (ctx.s().curves.column_lr)(&number(ctx.s(), state.with(|s| s.batch)))}</th>
                    <th scope="col">{move || match state.with(|s| s.family) {
                        Family::Sgd => ctx.s().curves.column_ratio,
                        Family::Adam => ctx.s().curves.column_ratio_adam,
                    }}</th>
                    <th scope="col"><span class="visually-hidden">{ctx.t(|s| s.curves.column_verdict)}</span></th>
                </tr>
            </thead>
            <tbody>{move || rows()}</tbody>
        </table>
    }
}

fn ratio_text(row: &Row, s: &crate::i18n::Strings) -> String {
    let n = |v: f64| format_sig(v, 3, s.grouping);
    match row.ratio_range {
        Some((low, high)) if row.verdict != Verdict::Reference => {
            format!("{} … {}", n(low), n(high))
        }
        _ => n(row.ratio),
    }
}

/// Batch sizes of the sampled table: powers of two across the picture, and the three that have a name.
fn sampled(state: &CurvesState, domain: &Domain) -> Vec<f64> {
    let mut batches: Vec<f64> = stops_of(ParamId::Batch)
        .into_iter()
        .filter(|b| *b >= domain.x.0 && *b <= domain.x.1 && libm::log2(*b).fract().abs() < 1e-9)
        .chain([state.base_batch, state.batch, state.critical_batch])
        .collect();
    batches.sort_by(f64::total_cmp);
    batches.dedup();
    batches
}

/// The same numbers as the chart, as a table.
#[component]
pub fn Samples(state: RwSignal<CurvesState>, domain: Memo<Domain>) -> impl IntoView {
    let ctx = use_ctx();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=ctx.t(|s| s.chart.table)>
            <table class="table" data-testid="samples">
                <caption class="visually-hidden">{ctx.t(|s| s.curves.chart_title)}</caption>
                {move || {
                    let s = ctx.s();
                    state.with(|st| {
                        let curves = Curves::new(st);
                        let head = curves.rows(curves.target);
                        view! {
                            <thead><tr>
                                <th scope="col">{s.curves.column_batch}</th>
                                {head.iter().map(|row| view! { <th scope="col">{curve_name(row.curve, st, s)}</th> }).collect_view()}
                                <th scope="col">"S/S_min"</th>
                                <th scope="col">"E/E_min"</th>
                            </tr></thead>
                            <tbody>
                                {sampled(st, &domain.get()).into_iter().map(|b| {
                                    let batch = BatchSize::clamped(b);
                                    let (steps, examples) = curves.cost(batch);
                                    view! { <tr>
                                        <th scope="row">{number(s, b)}</th>
                                        {curves.rows(batch).into_iter().map(|row| view! { <td>{number(s, row.lr)}</td> }).collect_view()}
                                        <td>{number(s, steps)}</td>
                                        <td>{number(s, examples)}</td>
                                    </tr> }
                                }).collect_view()}
                            </tbody>
                        }.into_any()
                    })
                }}
            </table>
        </div>
    }
}

/// The numbers of the chart as CSV.
pub fn csv_of(ctx: Ctx, state: RwSignal<CurvesState>, domain: Memo<Domain>) -> MakeCsv {
    Arc::new(move || {
        state.with(|st| csv::curves(st, &sampled(st, &domain.get()), &link::full(&ctx)))
    })
}
