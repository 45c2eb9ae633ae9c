//! The table: how every lane did, and whether anybody won.

use super::session::{Phase, Session};
use crate::experiment::lane_result::{LaneResult, MIN_SEEDS_FOR_WINNER, winner};
use crate::experiment::race::LaneKind;
use crate::experiment::race_record::Standing;
use crate::i18n::Strings;
use crate::params::race::LANE_NAMES;
use crate::scenes::race::lane_style;
use crate::ui::context::use_ctx;
use crate::ui::prelude::*;
use crate::units::{format_count, format_sig};

/// One row, as numbers.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    batch: u32,
    lr: f64,
    steps: u64,
    examples: u64,
    loss: Option<f64>,
    accuracy: Option<f64>,
    target: Option<u64>,
    standing: Standing,
}

fn row(session: Session, kind: LaneKind) -> Option<Row> {
    let (target, custom_lr) = session.shown.with(|s| (s.target_loss, s.custom_lr));
    session.record.with(|record| {
        let i = record.plan.lanes.iter().position(|l| l.kind == kind)?;
        let lane = record.plan.lanes[i];
        let result = record.result(i, target);
        Some(Row {
            batch: lane.batch,
            lr: if kind == LaneKind::Custom {
                custom_lr
            } else {
                lane.lr
            },
            steps: result.steps,
            examples: result.n_examples,
            loss: result.loss,
            accuracy: record.accuracy(i),
            target: result.target.map(|hit| hit.n_examples),
            standing: record.standing(i, &result),
        })
    })
}

fn status_text(s: &Strings, standing: Standing, n_seeds: u32, is_paused: bool) -> String {
    let race = &s.race;
    let all = n_seeds.to_string();
    match standing {
        Standing::Ready => race.status_ready.to_owned(),
        Standing::Running if is_paused => race.paused.to_owned(),
        Standing::Running => race.status_running.to_owned(),
        Standing::Reached { n_seeds: n } if n < n_seeds => (race.status_some)(&n.to_string(), &all),
        Standing::Reached { .. } => race.status_reached.to_owned(),
        Standing::Missed { n_seeds: 0 } => race.status_missed.to_owned(),
        Standing::Missed { n_seeds: n } => (race.status_some)(&n.to_string(), &all),
        Standing::Diverged { step, .. } if n_seeds == 1 => {
            (race.status_diverged)(&format_count(step, s.grouping))
        }
        Standing::Diverged { n_seeds: n, .. } => (race.status_some_diverged)(&n.to_string(), &all),
        Standing::Refused => race.status_refused.to_owned(),
    }
}

#[component]
pub fn Results(session: Session, digest: Memo<Option<String>>) -> impl IntoView {
    let ctx = use_ctx();
    let shows_accuracy = Memo::new(move |_| session.shown.with(super::charts::is_classification));
    let target = move || format_sig(session.shown.with(|s| s.target_loss), 3, ctx.s().grouping);
    view! {
        <div class="scroll results" tabindex="0" role="region" aria-label=ctx.t(|s| s.race.table_caption)>
            <table class="table" data-testid="race-table">
                <caption class="visually-hidden">{ctx.t(|s| s.race.table_caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{ctx.t(|s| s.race.column_lane)}</th>
                        <th scope="col" class="wide">{ctx.t(|s| s.race.column_batch)}</th>
                        <th scope="col">{ctx.t(|s| s.race.column_lr)}</th>
                        <th scope="col" class="wide">{ctx.t(|s| s.race.column_steps)}</th>
                        <th scope="col" class="wide">{ctx.t(|s| s.race.column_examples)}</th>
                        <th scope="col" class="wide">{ctx.t(|s| s.race.column_loss)}</th>
                        <th scope="col" class="wide" hidden=move || !shows_accuracy.get()>{ctx.t(|s| s.race.column_accuracy)}</th>
                        <th scope="col">{move || (ctx.s().race.column_target)(&target())}</th>
                        <th scope="col" class="status">{ctx.t(|s| s.race.column_status)}</th>
                    </tr>
                </thead>
                <tbody>
                    {LaneKind::ALL.into_iter().map(|kind| view! { <LaneRow session kind shows_accuracy /> }).collect_view()}
                </tbody>
            </table>
        </div>
        <Verdict session />
        <p class="note" hidden=move || digest.get().is_none()>
            <span title=ctx.t(|s| s.race.digest_help)>{ctx.t(|s| s.race.digest)}</span>
            " "
            <span class="digest" data-testid="digest" title=ctx.t(|s| s.race.digest_help)>{move || digest.get()}</span>
        </p>
    }
}

#[component]
fn LaneRow(session: Session, kind: LaneKind, shows_accuracy: Memo<bool>) -> impl IntoView {
    let ctx = use_ctx();
    let key = LANE_NAMES[kind as usize];
    let row = Memo::new(move |_| row(session, kind));
    let with = move |f: fn(&Row) -> Option<f64>| row.with(|r| r.as_ref().and_then(f));
    let number = move |f: fn(&Row) -> Option<f64>, digits: usize| {
        with(f).map_or("–".to_owned(), |v| {
            format_sig(v, digits, ctx.s().grouping)
        })
    };
    let count = move |f: fn(&Row) -> Option<u64>| {
        row.with(|r| r.as_ref().and_then(f))
            .map_or("–".to_owned(), |n| format_count(n, ctx.s().grouping))
    };
    let raw = move |f: fn(&Row) -> Option<f64>| with(f).map(|v| v.to_string());
    let standing = move || row.with(|r| r.as_ref().map(|r| r.standing));
    let status = move || {
        let n_seeds = session.record.with(|r| r.plan.config.n_seeds());
        let is_paused = matches!(session.phase.get(), Phase::Paused { .. });
        standing().map(|standing| status_text(ctx.s(), standing, n_seeds, is_paused))
    };
    let class = move || match standing() {
        Some(Standing::Diverged { .. } | Standing::Refused) => "status bad",
        Some(Standing::Reached { .. }) => "status ok",
        _ => "status",
    };
    view! {
        <tr data-testid=format!("lane-{key}") data-status=move || standing().map(Standing::key) hidden=move || row.with(Option::is_none)>
            <th scope="row">
                <span class=format!("swatch swatch-{}", lane_style(kind).0.token())></span>
                <span class="long-name">{move || ctx.s().race.lanes[kind as usize]}</span>
                <span class="short-name" aria-hidden="true">{move || ctx.s().race.short_lanes[kind as usize]}</span>
            </th>
            <td class="wide" data-testid=format!("batch-{key}") data-value=move || raw(|r| Some(f64::from(r.batch)))>{move || count(|r| Some(u64::from(r.batch)))}</td>
            <td data-testid=format!("eta-{key}") data-value=move || raw(|r| Some(r.lr))>{move || number(|r| Some(r.lr), 4)}</td>
            <td class="wide" data-testid=format!("steps-{key}") data-value=move || raw(|r| Some(r.steps as f64))>{move || count(|r| Some(r.steps))}</td>
            <td class="wide" data-testid=format!("examples-{key}") data-value=move || raw(|r| Some(r.examples as f64))>{move || count(|r| Some(r.examples))}</td>
            <td class="wide" data-testid=format!("loss-{key}") data-value=move || raw(|r| r.loss)>{move || number(|r| r.loss, 3)}</td>
            <td class="wide" data-testid=format!("accuracy-{key}") data-value=move || raw(|r| r.accuracy) hidden=move || !shows_accuracy.get()>
                {move || with(|r| r.accuracy).map_or("–".to_owned(), |a| format!("{:.1}\u{a0}%", 100.0 * a))}
            </td>
            <td data-testid=format!("target-{key}") data-value=move || raw(|r| r.target.map(|n| n as f64))>{move || count(|r| r.target)}</td>
            <td class=class>{move || status()}</td>
        </tr>
    }
}

/// Who was first, if that can be said.
#[component]
fn Verdict(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let verdict = Memo::new(move |_| {
        let s = ctx.s();
        if session.phase.get() != Phase::Done {
            return None;
        }
        let results = session.results();
        let n_seeds = session.record.with(|r| r.plan.config.n_seeds()) as usize;
        if n_seeds < MIN_SEEDS_FOR_WINNER {
            return Some(s.race.one_seed.to_owned());
        }
        let first = winner(&results).and_then(|i| results.get(i));
        let median = |r: &LaneResult| r.target.map_or(0, |hit| hit.n_examples);
        Some(match first {
            Some(r) => (s.race.winner)(
                s.race.lanes[r.kind as usize],
                &format_count(median(r), s.grouping),
            ),
            None => s.race.no_winner.to_owned(),
        })
    });
    view! {
        <p class="sentence" data-testid="verdict" hidden=move || verdict.with(Option::is_none)>{move || verdict.get().unwrap_or_default()}</p>
    }
}
