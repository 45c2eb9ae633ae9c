//! One cell: what each seed came to, its curves, and the way to Race.

use super::cells::cell_name;
use super::map::with_view;
use super::session::{CellAt, Session};
use crate::experiment::sweep::config::Metric;
use crate::experiment::sweep::outcome::Outcome;
use crate::scenes::sweep::detail_scene;
use crate::ui::chart_view::{ChartView, Picture};
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::prelude::*;
use crate::ui::save::Save;
use crate::units::{format_count, format_sig};
use std::sync::Arc;

/// (seed, what it came to) for every seed of a cell that was run.
pub fn rows(ctx: Ctx, session: Session, (batch_idx, rung): CellAt) -> Vec<(String, String)> {
    let s = ctx.s();
    let mut found = session.record.with(|record| {
        let has_steps = matches!(record.config().metric, Metric::StepsToTarget { .. });
        let batch = f64::from(record.config().batch(batch_idx));
        let number = |v: f64| format_sig(v, 4, s.grouping);
        let text = |outcome: Outcome| match outcome {
            Outcome::Scored(steps) if has_steps => {
                (s.sweep.steps)(&number(steps), &number(steps * batch))
            }
            Outcome::Scored(loss) => (s.sweep.loss)(&format_sig(loss, 4, s.grouping)),
            Outcome::Missed => s.sweep.missed.to_owned(),
            Outcome::StartedBelow => s.sweep.started_below.to_owned(),
            Outcome::Abandoned => s.sweep.abandoned.to_owned(),
            Outcome::Diverged { step } => (s.sweep.diverged)(&format_count(step, s.grouping)),
        };
        let columns = record.columns_of(batch_idx).iter().enumerate();
        columns
            .filter_map(|(i, column)| {
                let (_, outcome) = column.cells().find(|(cell, _)| cell.rung == rung)?;
                let is_best = column.best().is_some_and(|best| best.rung == rung);
                let mut value = text(outcome);
                if is_best {
                    value = format!("{value} · {}", s.sweep.best_here);
                }
                Some(((s.sweep.seed)(&(i + 1).to_string()), value))
            })
            .collect::<Vec<_>>()
    });
    if found.is_empty() {
        found.push((String::new(), s.sweep.cell_empty.to_owned()));
    }
    found
}

#[component]
pub fn Detail(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    move || {
        session.selected.get().map(|at| {
            let picture: Picture = Arc::new(move |is_narrow| {
                with_view(ctx, session, is_narrow, |view| detail_scene(view, at.0, at.1))
            });
            view! {
                <section class="detail" data-testid="cell-detail">
                    <header class="figure-head">
                        <h2>{move || cell_name(ctx, session, at)}</h2>
                        <div class="toolbar">
                            <Save test_id="cell-curves" picture=picture.clone() />
                            <button type="button" class="button" data-testid="open-in-race" on:click=move |_| session.open_in_race(at)>
                                {ctx.t(|s| s.sweep.open_in_race)}
                            </button>
                            <button type="button" class="button small" data-testid="close-detail" on:click=move |_| session.selected.set(None)>
                                {ctx.t(|s| s.shell.close)}
                            </button>
                        </div>
                    </header>
                    <dl class="facts">
                        {move || rows(ctx, session, at).into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
                    </dl>
                    <ChartView
                        test_id="cell-curves"
                        class="tiny"
                        summary=Signal::derive(move || ctx.s().sweep.detail_description.to_owned())
                        picture
                    />
                </section>
            }
        })
    }
}
