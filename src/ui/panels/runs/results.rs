//! What the measurements say: rows and columns, facts with intervals, doubts, charts, and the rows that were left out.

use super::session::{MAX_BYTES, Phase, Session};
use crate::experiment::sweep::fit::{Interval, Resampled};
use crate::experiment::your_runs::RunFindings;
use crate::experiment::your_runs::noise::{Hidden, NoPairs, NoiseFindings};
use crate::experiment::your_runs::report::{Found, Report};
use crate::i18n::Strings;
use crate::measurements::Metric;
use crate::scenes::runs::runs_scene;
use crate::theory::rules::ScalingRule;
use crate::ui::chart_view::ChartView;
use crate::ui::context::use_ctx;
use crate::ui::prelude::*;
use crate::units::{BatchSize, format_count, format_sig, parse_batch};
use std::sync::Arc;

/// Bad rows that are listed; the rest is counted.
const LISTED: usize = 50;

/// Name of a fact for tests, its label, its text, its plain value.
type Fact = (&'static str, String, String, f64);

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
    let has_runs = move || {
        session
            .findings
            .with(|found| found.as_ref().is_some_and(|f| !f.ridge.is_empty()))
    };
    let has_lr = move || {
        session.findings.with(|f| {
            f.as_ref()
                .is_some_and(|f| f.lr.is_some() && !f.ridge.is_empty())
        })
    };
    let has_score = move || {
        session.findings.with(|f| {
            f.as_ref()
                .is_some_and(|f| f.metric.is_some() && !f.ridge.is_empty())
        })
    };
    let score_title = move || {
        let s = ctx.s();
        let is_loss = session
            .findings
            .with(|f| f.as_ref().is_some_and(|f| f.metric == Some(Metric::Loss)));
        if is_loss {
            s.runs.loss_title
        } else {
            s.runs.steps_title
        }
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
        <ul class="note plain" data-testid="runs-rules">{move || agreements().into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}</ul>
        <div hidden=move || !has_runs()>
            <Figure session is_lr=false title=Signal::derive(move || score_title().to_owned()) is_shown=Signal::derive(has_score) />
            <Figure session is_lr=true title=Signal::derive(move || ctx.s().runs.lr_title.to_owned()) is_shown=Signal::derive(has_lr) />
        </div>
    }
}

#[component]
fn Figure(
    session: Session,
    is_lr: bool,
    title: Signal<String>,
    is_shown: Signal<bool>,
) -> impl IntoView {
    let ctx = use_ctx();
    let id = if is_lr { "runs-lr" } else { "runs-score" };
    view! {
        <figure class="figure" hidden=move || !is_shown.get()>
            <figcaption class="figure-head"><h2>{move || title.get()}</h2></figcaption>
            {move || is_shown.get().then(|| view! {
                <ChartView
                    test_id=id
                    class="short"
                    summary=Signal::derive(move || ctx.s().runs.chart_description.to_owned())
                    picture=Arc::new(move |_| {
                        let s = ctx.s();
                        session.findings.with(|found| match found {
                            Some(found) => runs_scene(found, s, is_lr),
                            None => crate::scenes::runs::no_runs(s),
                        })
                    })
                />
            })}
        </figure>
    }
}

/// The batch size asked for, and the learning rate for it.
#[component]
fn Recommended(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let has_runs = move || session.findings.with(Option::is_some);
    let batch = move || {
        let typed = session.asked.get();
        parse_batch(&typed)
            .filter(|b| BatchSize::new(*b).is_ok())
            .ok_or(typed)
    };
    let found = move || {
        session
            .findings
            .with(|f| f.as_ref()?.recommend(batch().ok()?))
    };
    let text = move || {
        let s = ctx.s();
        let number = |v: f64| format_sig(v, 3, s.grouping);
        match (batch(), found()) {
            (Err(typed), _) => {
                let typed: String = typed.chars().take(24).collect();
                (s.control.invalid)(&typed, &number(BatchSize::MIN), &number(BatchSize::MAX))
            }
            (Ok(batch), Some(found)) => {
                let text = (s.runs.recommended)(
                    &format_sig(batch, 6, s.grouping),
                    &number(found.lr),
                    &number(found.low),
                    &number(found.high),
                );
                if found.is_outside {
                    format!("{text} {}", s.runs.is_outside)
                } else {
                    text
                }
            }
            (Ok(_), None) => s.runs.no_recommendation.to_owned(),
        }
    };
    view! {
        <div class="group" hidden=move || !has_runs()>
            <label class="control-label" for="runs-asked">{ctx.t(|s| s.runs.asked_batch)}</label>
            <input id="runs-asked" type="text" class="field" inputmode="decimal" autocomplete="off" spellcheck="false" data-testid="runs-asked"
                aria-invalid=move || batch().is_err().to_string()
                aria-describedby="runs-recommended"
                prop:value=move || session.asked.get()
                on:input:target=move |ev| session.asked.set(ev.target().value()) />
            <p class="sentence" id="runs-recommended" data-testid="runs-recommended" data-lr=move || found().map(|f| f.lr.to_string())>{move || text()}</p>
        </div>
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
        notes.push((s.runs.blank)(&count(report.n_blank)));
    }
    notes
}

fn run_facts(found: &RunFindings, s: &Strings) -> Vec<Fact> {
    let number = |v: f64| format_sig(v, 3, s.grouping);
    let unit = (s.runs.unit)(found.unit);
    // The end of what a fit searches bounds nothing; such an interval spans far more than is conclusive.
    let between = |i: &Interval| {
        let text = (s.sweep.value_between)(&number(i.fit.batch), &number(i.low), &number(i.high));
        format!("{text} {unit}")
    };
    let fit =
        |fit: &Option<Result<Resampled, _>>| fit.as_ref()?.as_ref().ok().map(Resampled::interval);
    let mut facts = Vec::new();
    if let Some(i) = fit(&found.steps) {
        facts.push((
            "b-crit",
            s.runs.critical_batch.to_owned(),
            between(&i),
            i.fit.batch,
        ));
        facts.push((
            "s-min",
            s.sweep.s_min.to_owned(),
            number(i.fit.scale),
            i.fit.scale,
        ));
        let least = i.fit.scale * i.fit.batch;
        facts.push((
            "e-min",
            s.sweep.e_min.to_owned(),
            format!("{} {unit}", number(least)),
            least,
        ));
    }
    if let Some(i) = fit(&found.lr) {
        facts.push((
            "b-noise",
            s.sweep.noise_scale.to_owned(),
            between(&i),
            i.fit.batch,
        ));
        facts.push((
            "lr-max",
            s.sweep.best_lr_limit.to_owned(),
            number(i.fit.scale),
            i.fit.scale,
        ));
    }
    if let Some(exponent) = found.exponent {
        facts.push((
            "exponent",
            s.runs.exponent.to_owned(),
            format!("{exponent:.2}"),
            exponent,
        ));
    }
    facts
}

fn noise_facts(noise: &NoiseFindings, s: &Strings) -> Vec<Fact> {
    let number = |v: f64| format_sig(v, 3, s.grouping);
    let mut facts = Vec::new();
    if let Some(scale) = noise.noise_scale {
        let unit = (s.runs.unit)(noise.unit);
        let text = match noise.interval {
            Some((low, Some(high))) => {
                (s.sweep.value_between)(&number(scale), &number(low), &number(high))
            }
            Some((low, None)) => {
                (s.sweep.value_between)(&number(scale), &number(low), s.runs.unbounded)
            }
            None => number(scale),
        };
        facts.push((
            "b-simple",
            s.runs.noise_scale.to_owned(),
            format!("{text} {unit}"),
            scale,
        ));
        facts.push((
            "grad-norm",
            s.runs.grad_norm_sq.to_owned(),
            number(noise.grad_norm_sq),
            noise.grad_norm_sq,
        ));
        facts.push((
            "trace",
            s.runs.noise_trace.to_owned(),
            number(noise.noise_trace),
            noise.noise_trace,
        ));
    }
    facts.push((
        "raw-norm",
        s.runs.raw_norm_sq.to_owned(),
        number(noise.raw_norm_sq),
        noise.raw_norm_sq,
    ));
    facts
}
