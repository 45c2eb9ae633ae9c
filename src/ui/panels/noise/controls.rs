//! The column of values, and the buttons that draw anew and follow training.

use crate::params::defs::{ParamId, Params, Value};
use crate::params::noise::{MAX_ROUNDS, NoiseState};
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::controls::NumberControl;
use crate::ui::prelude::*;
use std::time::Duration;

/// Time per hundredth of the way: six seconds for all of it.
const TICK: Duration = Duration::from_millis(60);

/// Draws a new fan, and more pairs for the estimate.
pub fn sample_again(ctx: Ctx) {
    ctx.noise.update(|s| {
        let rounds = s.rounds + 1.0;
        s.put(ParamId::LabRounds, Value::Number(rounds));
    });
}

/// Following under way: whether, and the timer of the next move.
#[derive(Clone, Copy)]
struct Following {
    is_on: RwSignal<bool>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

/// Moves the point on by one hundredth, and again until it has arrived or the panel is left.
fn go_on(ctx: Ctx, following: Following) {
    let Following { is_on, timer } = following;
    if is_on.try_get_untracked() != Some(true) {
        return;
    }
    if ctx.is_away.get_untracked() {
        return is_on.set(false);
    }
    ctx.noise.update(|s| {
        let next = s.follow + 1.0;
        s.put(ParamId::LabFollow, Value::Number(next));
    });
    if ctx.noise.with_untracked(|s| s.follow) < 100.0 {
        let next = set_timeout_with_handle(move || go_on(ctx, following), TICK);
        timer.set_value(next.ok());
    } else {
        is_on.set(false);
    }
}

fn stop(following: Following) {
    following.is_on.set(false);
    if let Some(timer) = following.timer.get_value() {
        timer.clear();
    }
}

fn toggle(ctx: Ctx, following: Following) {
    if following.is_on.get_untracked() {
        return stop(following);
    }
    following.is_on.set(true);
    ctx.noise.update(|s| {
        if s.follow >= 100.0 {
            s.put(ParamId::LabFollow, Value::Number(0.0));
        }
    });
    go_on(ctx, following);
}

#[component]
pub fn NoiseControls() -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.noise;
    let following = Following {
        is_on: RwSignal::new(false),
        timer: StoredValue::new(None),
    };
    watch(move || ctx.resets.get(), move |_| stop(following));
    let numbers = move |ids: &'static [ParamId]| {
        ids.iter()
            .map(|id| view! { <NumberControl state id=*id /> })
            .collect_view()
    };
    view! {
        {numbers(&[ParamId::LabBatch, ParamId::LabNoise, ParamId::LabRatio, ParamId::LabLr, ParamId::LabSamples])}
        <button type="button" class="button" data-testid="sample-again" disabled=move || state.with(|s| s.rounds >= MAX_ROUNDS)
            on:click=move |_| sample_again(ctx)>{ctx.t(|s| s.noise.sample_again)}</button>
        {numbers(&[ParamId::LabFollow])}
        // Under reduced motion the slider alone moves the point.
        <button type="button" class="button moving" data-testid="follow" aria-pressed=move || following.is_on.get().to_string()
            on:click=move |_| toggle(ctx, following)>
            {move || { let s = &ctx.s().noise; if following.is_on.get() { s.follow_stop } else { s.follow } }}
        </button>
        <details>
            <summary>{ctx.t(|s| s.noise.section_point)}</summary>
            <div class="group">{numbers(&[ParamId::LabX, ParamId::LabY])}</div>
        </details>
        <details>
            <summary>{ctx.t(|s| s.noise.section_estimator)}</summary>
            <div class="group">{numbers(&[ParamId::LabSmall, ParamId::LabBig, ParamId::LabRounds, ParamId::Seed])}</div>
        </details>
        <button type="button" class="button" data-testid="noise-reset" on:click=move |_| { stop(following); state.set(NoiseState::default()); }>
            {ctx.t(|s| s.control.reset)}
        </button>
        <details class="why">
            <summary>{ctx.t(|s| s.noise.why)}</summary>
            <dl>
                {move || ctx.s().noise.assumptions.iter().map(|(name, text, source)| view! {
                    <div><dt>{*name}</dt><dd>{*text}<cite>{*source}</cite></dd></div>
                }).collect_view()}
            </dl>
        </details>
    }
}
