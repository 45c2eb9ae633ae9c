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

/// Moves the point on by one hundredth, and again until it has arrived or `is_following` ends.
fn go_on(ctx: Ctx, is_following: RwSignal<bool>) {
    if is_following.try_get_untracked() != Some(true) {
        return;
    }
    ctx.noise.update(|s| {
        let next = s.follow + 1.0;
        s.put(ParamId::LabFollow, Value::Number(next));
    });
    if ctx.noise.with_untracked(|s| s.follow) < 100.0 {
        set_timeout(move || go_on(ctx, is_following), TICK);
    } else {
        is_following.set(false);
    }
}

fn toggle(ctx: Ctx, is_following: RwSignal<bool>) {
    let is_on = !is_following.get_untracked();
    is_following.set(is_on);
    if is_on {
        ctx.noise.update(|s| {
            if s.follow >= 100.0 {
                s.put(ParamId::LabFollow, Value::Number(0.0));
            }
        });
        go_on(ctx, is_following);
    }
}

#[component]
pub fn NoiseControls() -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.noise;
    let is_following = RwSignal::new(false);
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
        <button type="button" class="button moving" data-testid="follow" aria-pressed=move || is_following.get().to_string()
            on:click=move |_| toggle(ctx, is_following)>
            {move || { let s = &ctx.s().noise; if is_following.get() { s.follow_stop } else { s.follow } }}
        </button>
        <details>
            <summary>{ctx.t(|s| s.noise.section_point)}</summary>
            <div class="group">{numbers(&[ParamId::LabX, ParamId::LabY])}</div>
        </details>
        <details>
            <summary>{ctx.t(|s| s.noise.section_estimator)}</summary>
            <div class="group">{numbers(&[ParamId::LabSmall, ParamId::LabBig, ParamId::LabRounds, ParamId::Seed])}</div>
        </details>
        <button type="button" class="button" data-testid="noise-reset" on:click=move |_| state.set(NoiseState::default())>
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
