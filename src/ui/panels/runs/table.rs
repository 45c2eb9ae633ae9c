//! The table of the charts' points: the rows and units of the saved table.

use super::session::Session;
use crate::experiment::sweep::ridge::RidgePoint;
use crate::experiment::your_runs::{Fitted, RunFindings};
use crate::i18n::Strings;
use crate::measurements::Metric;
use crate::scenes::runs::spread_text;
use crate::ui::context::use_ctx;
use crate::ui::prelude::*;
use crate::units::{format_count, format_sig};

#[component]
pub fn Table(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let is_empty = move || {
        session
            .findings
            .with(|f| f.as_ref().is_none_or(|f| f.ridge.is_empty()))
    };
    let header = move || {
        let s = ctx.s();
        session.findings.with(|found| {
            let texts = found.as_ref().map_or(Vec::new(), |found| columns(found, s));
            texts
                .into_iter()
                .map(|text| view! { <th scope="col">{text}</th> })
                .collect_view()
        })
    };
    let rows = move || {
        let s = ctx.s();
        session.findings.with(|found| {
            let Some(found) = found else {
                return Vec::new();
            };
            let row = |point: &RidgePoint| {
                let mut cells = cells(found, point, s).into_iter();
                view! {
                    <tr data-testid=format!("runs-row-{}", point.batch) data-lr=point.lr.mean.to_string() data-score=point.score.mean.to_string()>
                        <th scope="row">{cells.next()}</th>
                        {cells.map(|text| view! { <td>{text}</td> }).collect_view()}
                    </tr>
                }
            };
            found.ridge.iter().map(row).collect_view()
        })
    };
    view! {
        <details class="table-details" hidden=is_empty data-testid="runs-table-details">
            <summary>{ctx.t(|s| s.runs.table_caption)}</summary>
            <div class="scroll" tabindex="0" role="region" aria-label=ctx.t(|s| s.runs.table_caption)>
                <table class="table" data-testid="runs-table">
                    <thead><tr>{move || header()}</tr></thead>
                    <tbody>{move || rows()}</tbody>
                </table>
            </div>
        </details>
    }
}

/// Headings, with units.
fn columns(found: &RunFindings, s: &Strings) -> Vec<String> {
    let mut texts = vec![(s.runs.batch_axis)(found.unit).to_owned()];
    let mut push = |text: &str| texts.push(text.to_owned());
    push(if found.is_untuned() {
        s.runs.column_own_lr
    } else {
        s.sweep.column_lr
    });
    match found.metric {
        Some(Metric::Steps) => {
            push(s.runs.column_steps);
            push((s.runs.column_consumed)(found.unit));
            push(s.runs.column_fitted_steps);
        }
        Some(Metric::Loss) => push(s.runs.column_loss),
        None => {}
    }
    push(s.runs.column_fitted_lr);
    push(s.runs.column_seeds);
    push(s.sweep.column_state);
    texts
}

fn cells(found: &RunFindings, point: &RidgePoint, s: &Strings) -> Vec<String> {
    let number = |v: f64| format_sig(v, 3, s.grouping);
    let batch = f64::from(point.batch);
    let fitted = |what| {
        let fit = found.fit(what);
        fit.map_or("–".to_owned(), |fit| number(fit.fit.at(batch)))
    };
    let mut texts = vec![
        format_count(u64::from(point.batch), s.grouping),
        spread_text(point.lr, s),
    ];
    if found.metric.is_some() {
        texts.push(spread_text(point.score, s));
    }
    if found.metric == Some(Metric::Steps) {
        texts.push(number(point.score.mean * batch));
        texts.push(fitted(Fitted::Steps));
    }
    texts.push(fitted(Fitted::LearningRate));
    texts.push(point.optima.len().to_string());
    texts.push(if point.n_censored > 0 {
        (s.sweep.state_censored)(&point.n_censored.to_string())
    } else if point.n_unbracketed > 0 {
        s.sweep.state_edge.to_owned()
    } else {
        s.sweep.state_usable.to_owned()
    });
    texts
}
