//! Buttons that run the race, their keys, and how it stands.

use super::session::{Phase, Session};
use crate::params::defs::ParamId;
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::controls::Choices;
use crate::ui::dom;
use crate::ui::prelude::*;
use crate::ui::shell::on_panel_key;
use crate::units::format_count;

/// Steps of the larger step button.
const MANY: u64 = 25;

/// Keys of the panel, and the pause when the page is hidden.
pub fn listen(ctx: Ctx, session: Session) {
    on_panel_key(ctx, move |key, is_shift| {
        match key {
            " " => session.toggle(),
            // Shift turns the full stop into another sign on most keyboards.
            "." | ">" | ":" if is_shift => session.step(MANY),
            "." => session.step(1),
            "e" | "E" => session.to_end(),
            "r" | "R" => session.reset(),
            _ => return false,
        }
        true
    });
    dom::on_visibility(move |is_hidden| {
        if is_hidden {
            session.pause(true);
        }
    });
    watch(
        move || ctx.is_away.get(),
        move |is_away| {
            if *is_away {
                session.pause(true);
            }
        },
    );
    watch(move || ctx.resets.get(), move |_| session.reset());
}

#[component]
pub fn Transport(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.race;
    let phase = session.phase;
    let play = move || {
        let s = &ctx.s().race;
        match phase.get() {
            Phase::Idle | Phase::Done | Phase::Failed => ("▶", s.play),
            Phase::Starting | Phase::Running => ("❚❚", s.pause),
            Phase::Paused { .. } => ("▶", s.resume),
        }
    };
    let is_over = move || matches!(phase.get(), Phase::Done | Phase::Failed);
    let has_no_lane = move || session.record.with(|r| r.runs.is_empty());
    let status = move || {
        let s = &ctx.s().race;
        match phase.get() {
            Phase::Idle => s.idle.to_owned(),
            Phase::Starting => s.starting.to_owned(),
            Phase::Running => s.running.to_owned(),
            Phase::Paused { was_hidden: false } => s.paused.to_owned(),
            Phase::Paused { was_hidden: true } => s.paused_hidden.to_owned(),
            Phase::Done => (s.done)(&session.seconds()),
            Phase::Failed => s.failed.to_owned(),
        }
    };
    let step = Memo::new(move |_| session.record.with(|r| r.target_step()));
    view! {
        <div class="transport" role="group" aria-label=ctx.t(|s| s.race.transport)>
            <div class="buttons">
                <button type="button" class="button primary play" data-testid="play" disabled=has_no_lane on:click=move |_| session.toggle()>
                    <span aria-hidden="true" class="play-sign">{move || play().0}</span>{move || play().1}
                </button>
                <button type="button" class="button" data-testid="step" disabled=move || is_over() || has_no_lane() on:click=move |_| session.step(1)>
                    {ctx.t(|s| s.race.step)}
                </button>
                <button type="button" class="button" data-testid="step25" disabled=move || is_over() || has_no_lane() on:click=move |_| session.step(MANY)>
                    {ctx.t(|s| s.race.step_many)}
                </button>
                <button type="button" class="button" data-testid="to-end" disabled=move || is_over() || has_no_lane() on:click=move |_| session.to_end()>
                    {ctx.t(|s| s.race.to_end)}
                </button>
                <button type="button" class="button" data-testid="reset" on:click=move |_| session.reset()>
                    {ctx.t(|s| s.race.reset)}
                </button>
            </div>
            <Choices state id=ParamId::Speed is_compact=true />
            <span class="grow"></span>
            <span class="status-chip" class:live=move || phase.get().is_going()>
                <span data-testid="race-step" data-value=move || step.get().to_string() hidden=move || step.get() == 0>
                    {move || (ctx.s().race.steps_done)(&format_count(step.get(), ctx.s().grouping))}
                    " · "
                </span>
                <span data-testid="race-status">{move || status()}</span>
            </span>
        </div>
    }
}
