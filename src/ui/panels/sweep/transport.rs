//! Buttons that run the sweep, their keys, the cost before and the progress while it runs.

use super::session::{Phase, Session};
use crate::experiment::sweep::record::SweepRecord;
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::prelude::*;
use crate::ui::shell::on_panel_key;
use crate::units::{format_count, format_sig};

/// Keys of the panel.
pub fn listen(ctx: Ctx, session: Session) {
    on_panel_key(ctx, move |key, _| {
        match key {
            " " => session.toggle(),
            "c" | "C" => session.cancel(),
            "r" | "R" => session.clear(),
            _ => return false,
        }
        true
    });
}

#[component]
pub fn Transport(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let phase = session.phase;
    let is_going = move || matches!(phase.get(), Phase::Running | Phase::Paused);
    let play = move || {
        let s = &ctx.s().sweep;
        match phase.get() {
            Phase::Idle | Phase::Done | Phase::Failed => ("▶", s.run),
            Phase::Running => ("❚❚", s.pause),
            Phase::Paused | Phase::Cancelled => ("▶", s.resume),
        }
    };
    let count = move |n: usize| format_count(n as u64, ctx.s().grouping);
    let seconds = move |v: f64| format_sig(libm::ceil(v), 3, ctx.s().grouping);
    let runs = Memo::new(move |_| session.record.with(|r| (r.n_done(), r.n_expected())));
    let status = move || {
        let s = &ctx.s().sweep;
        let (done, expected) = runs.get();
        match phase.get() {
            Phase::Idle => match session.estimate_s.get() {
                Some(estimate) => {
                    let n = session.record.with(|r| r.config().n_batches);
                    (s.cost)(&n.to_string(), &count(expected), &seconds(estimate))
                }
                None if session.refused.with(Option::is_some) => String::new(),
                // A frame that nobody has touched measures nothing.
                None if !ctx.is_used.get() => ctx.s().race.idle.to_owned(),
                None => s.estimating.to_owned(),
            },
            Phase::Running => (s.running)(
                &count(done),
                &count(expected),
                &seconds(session.seconds_left()),
            ),
            Phase::Paused => s.paused.to_owned(),
            Phase::Cancelled => s.cancelled.to_owned(),
            Phase::Done => (s.done)(
                &count(done),
                &format!("{:.1}", session.elapsed_ms.get() / 1000.0),
            ),
            Phase::Failed => ctx.s().race.failed.to_owned(),
        }
    };
    let is_empty = move || session.record.with(|r: &SweepRecord| r.n_done() == 0);
    view! {
        <div class="transport" role="group" aria-label=ctx.t(|s| s.sweep.transport)>
            <div class="buttons">
                <button type="button" class="button primary play" data-testid="sweep-run" on:click=move |_| session.toggle()>
                    <span aria-hidden="true" class="play-sign">{move || play().0}</span>{move || play().1}
                </button>
                <button type="button" class="button" data-testid="sweep-cancel" disabled=move || !is_going() on:click=move |_| session.cancel()>
                    {ctx.t(|s| s.sweep.cancel)}
                </button>
                <button type="button" class="button" data-testid="sweep-clear" disabled=is_empty on:click=move |_| session.clear()>
                    {ctx.t(|s| s.sweep.reset)}
                </button>
            </div>
            <progress class="progress" data-testid="sweep-progress" aria-label=ctx.t(|s| s.sweep.progress) hidden=is_empty
                max=move || runs.get().1.to_string() value=move || runs.get().0.to_string()></progress>
            <span class="grow"></span>
            <span class="status-chip" class:live=move || phase.get() == Phase::Running data-testid="sweep-cost"
                data-value=move || session.estimate_s.get().map(|v| v.to_string())>
                <span data-testid="sweep-status" data-done=move || runs.get().0.to_string()>{move || status()}</span>
            </span>
        </div>
    }
}
