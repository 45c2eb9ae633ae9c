//! What the measurements say: rows and columns, facts with intervals, doubts, charts, and the rows that were left out.

use super::charts::Charts;
use super::facts::{noise_facts, run_facts};
use super::recommend::{Recommended, UseInCurves};
use super::session::{MAX_BYTES, Phase, Session};
use super::table::Table;
use crate::experiment::your_runs::noise::{Hidden, NoPairs};
use crate::experiment::your_runs::report::{Found, Report};
use crate::i18n::Strings;
use crate::measurements::Column;
use crate::theory::rules::ScalingRule;
use crate::ui::context::use_ctx;
use crate::ui::prelude::*;
use crate::units::{format_count, format_sig};

/// Bad rows that are listed; the rest is counted.
const LISTED: usize = 50;

#[component]
pub fn Status(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let text = move || {
        let s = ctx.s();
        let count = |n: u32| format_count(u64::from(n), s.grouping);
        let megabytes = |n: usize| format_sig(n as f64 / 1_048_576.0, 3, s.grouping);
        match session.phase.get() {
            Phase::Empty => None,
            Phase::Reading => Some(s.runs.reading.to_owned()),
            Phase::Failed => Some(s.runs.lost.to_owned()),
            Phase::TooLarge(n) => Some((s.runs.too_large)(&megabytes(n), &megabytes(MAX_BYTES))),
            Phase::Done => session.report.with(|r| {
                r.as_ref()
                    .map(|r| (s.runs.rows)(&count(r.n_rows), &count(r.n_bad)))
            }),
        }
    };
    let used = move || {
        let s = ctx.s();
        session.report.with(|report| {
            let used = report.iter().flat_map(|report| &report.used);
            used.map(|(column, name)| (s.runs.used)(s.runs.columns[*column as usize], name))
                .collect::<Vec<_>>()
                .join(" · ")
        })
    };
    view! {
        <p role="status" data-testid="runs-status" hidden=move || text().is_none()
            data-rows=move || session.report.with(|r| r.as_ref().map(|r| r.n_rows.to_string()))
            data-bad=move || session.report.with(|r| r.as_ref().map(|r| r.n_bad.to_string()))>{move || text()}</p>
        <p class="note" data-testid="runs-used" hidden=move || used().is_empty()>{move || used()}</p>
    }
}

/// The columns of what can be pasted.
const COLUMNS: [&str; 3] = [
    "batch_size, lr, seed, steps_to_target",
    "batch_size, best_lr, steps_to_target",
    "b_small, b_big, g_small_sq, g_big_sq · step, batch_size, grad_norm",
];

/// What can be pasted, while there is nothing.
#[component]
pub fn Kinds(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    view! {
        <dl class="kinds" data-testid="runs-kinds" hidden=move || session.phase.get() != Phase::Empty>
            {COLUMNS.into_iter().enumerate().map(|(i, columns)| view! {
                <div>
                    <dt>{move || ctx.s().runs.kinds[i].0}</dt>
                    <dd><code lang="en">{columns}</code></dd>
                    <dd class="note">{move || ctx.s().runs.kinds[i].1}</dd>
                </div>
            }).collect_view()}
        </dl>
    }
}

#[component]
pub fn Answer(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let facts = move || {
        let s = ctx.s();
        session.findings.with(|found| match found {
            Some(found) => run_facts(found, s),
            None => session.report.with(|r| match r.as_ref().map(|r| &r.found) {
                Some(Found::Noise(noise)) => noise_facts(noise, s),
                _ => Vec::new(),
            }),
        })
    };
    let sentences = move || {
        let s = ctx.s();
        session
            .report
            .with(|report| report.as_ref().map_or(Vec::new(), |r| notes(r, s)))
    };
    let doubts = move || {
        let s = ctx.s();
        session.findings.with(|found| {
            let doubts = found.iter().flat_map(|found| &found.doubts);
            doubts
                .map(|doubt| (s.runs.doubt)(doubt))
                .collect::<Vec<_>>()
        })
    };
    let agreements = move || {
        let s = ctx.s();
        session.findings.with(|found| {
            let all = found.iter().flat_map(|found| &found.agreements);
            all.map(|agreement| {
                let name = match agreement.rule {
                    ScalingRule::Constant => s.runs.no_scaling,
                    ScalingRule::Sqrt => s.sweep.sqrt,
                    ScalingRule::Linear => s.sweep.linear,
                    ScalingRule::NoiseScale { .. } => s.runs.theory,
                };
                (s.runs.agrees)(name, &format_sig(agreement.factor, 3, s.grouping))
            })
            .collect::<Vec<_>>()
        })
    };
    view! {
        <ul class="plain" data-testid="runs-doubts">{move || doubts().into_iter().map(|text| view! { <li class="aside warn">{text}</li> }).collect_view()}</ul>
        <ul class="plain" data-testid="runs-notes">{move || sentences().into_iter().map(|text| view! { <li class="note">{text}</li> }).collect_view()}</ul>
        <Recommended session />
        <dl class="facts" data-testid="runs-facts">
            {move || facts().into_iter().map(|(key, label, text, value)| view! {
                <div><dt>{label}</dt><dd data-testid=format!("runs-{key}") data-value=value.to_string()>{text}</dd></div>
            }).collect_view()}
        </dl>
        <p class="note" hidden=move || agreements().is_empty()>{ctx.t(|s| s.runs.rules)}</p>
        <ul class="note plain" data-testid="runs-rules">{move || agreements().into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}</ul>
        <UseInCurves session />
        <Charts session />
        <Table session />
    }
}

#[component]
pub fn BadRows(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let n_bad = move || session.report.with(|r| r.as_ref().map_or(0, |r| r.n_bad));
    let title = move || {
        let s = ctx.s();
        (s.runs.bad_title)(&format_count(u64::from(n_bad()), s.grouping))
    };
    let rows = move || {
        let s = ctx.s();
        session.report.with(|report| {
            let Some(report) = report else {
                return Vec::new();
            };
            let mut texts: Vec<String> = (report.bad.iter().take(LISTED))
                .map(|bad| {
                    (s.runs.bad_row)(
                        report.counted,
                        &bad.line.to_string(),
                        &bad.column.to_string(),
                        &(s.runs.reason)(&bad.reason),
                    )
                })
                .collect();
            let n_more = (report.n_bad as usize).saturating_sub(texts.len());
            if n_more > 0 {
                texts.push((s.runs.more_bad)(&format_count(n_more as u64, s.grouping)));
            }
            texts
        })
    };
    view! {
        <section class="group" hidden=move || n_bad() == 0>
            <h2>{move || title()}</h2>
            <ul class="plain" data-testid="bad-rows">{move || rows().into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}</ul>
        </section>
    }
}

/// What is to be said besides numbers.
fn notes(report: &Report, s: &Strings) -> Vec<String> {
    let count = |n: u32| format_count(u64::from(n), s.grouping);
    let mut notes = Vec::new();
    match &report.found {
        Found::Noise(noise) => {
            notes.push((s.runs.pairs)(&count(noise.n_pairs)));
            match noise.hidden {
                Some(Hidden::Gradient) => notes.push(s.runs.gradient_hidden.to_owned()),
                Some(Hidden::Noise) => notes.push(s.runs.noise_hidden.to_owned()),
                None => {}
            }
        }
        Found::NoPairs(NoPairs::OneBatchSize) => notes.push(s.runs.one_batch_size.to_owned()),
        Found::NoPairs(NoPairs::NoCommonStep) => notes.push(s.runs.no_common_step.to_owned()),
        Found::Nothing | Found::Ridge(_) => {}
    }
    if report.n_blank > 0 {
        let is_lr = report
            .used
            .iter()
            .any(|used| used.0 == Column::LearningRate);
        let say = if is_lr { s.runs.blank_lr } else { s.runs.blank };
        notes.push(say(&count(report.n_blank)));
    }
    notes
}
