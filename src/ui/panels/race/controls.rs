//! The column of values. Everything stands in the panel's state, so links carry it.

use super::notices::epochs_text;
use super::session::Session;
use crate::experiment::known_task::initial_noise_scale;
use crate::experiment::race::{LaneKind, RaceConfig};
use crate::params::defs::{ParamId, Params, Value};
use crate::params::race::{LANE_NAMES, RaceState};
use crate::scenes::race::lane_style;
use crate::train::spec::TaskSpec;
use crate::ui::context::use_ctx;
use crate::ui::controls::{Choices, Flag, Help, NumberControl, Select, lock_hint};
use crate::ui::prelude::*;
use crate::ui::training::{Optimizer, SeedRow, Task, has_data};
use crate::units::format_sig;
use crate::units::round_sig;

#[component]
pub fn RaceControls(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.race;
    let has_custom = move || state.with(|s| s.lanes & (1 << LaneKind::Custom as u32) != 0);
    let take = move |_| {
        let curves = ctx.curves.get_untracked();
        state.update(|s| {
            s.put(ParamId::BaseBatch, Value::Number(curves.base_batch));
            s.put(ParamId::BaseLr, Value::Number(curves.base_lr));
            s.put(ParamId::Batch, Value::Number(curves.batch));
        });
    };
    let lanes_help = Help::of(state, ParamId::Lanes);
    view! {
        <Task />
        <Optimizer state />
        <section class="group">
            <NumberControl state id=ParamId::BaseBatch />
            <NumberControl state id=ParamId::BaseLr />
            <NumberControl state id=ParamId::Batch />
            <button type="button" class="button" data-testid="take-from-curves" on:click=take>{ctx.t(|s| s.race.take_from_curves)}</button>
        </section>
        <Later>
            <section class="group">
                <div class="control-head">
                    <h2>{ctx.t(|s| s.race.section_lanes)}</h2>
                    {lanes_help.button()}
                </div>
                {lanes_help.text()}
                <Lanes state />
                <Show when=has_custom><NumberControl state id=ParamId::CustomLr /></Show>
                <NoiseScale session />
            </section>
        </Later>
        <Later>
            <section class="group">
                <h2>{ctx.t(|s| s.race.section_schedule)}</h2>
                <Select state id=ParamId::WarmupKind />
                <Show when=move || state.with(|s| s.warmup != 0)><NumberControl state id=ParamId::WarmupExamples /></Show>
                <Select state id=ParamId::DecayKind />
                <NumberControl state id=ParamId::Budget />
                <p class="note">{move || epochs_text(ctx)}</p>
                <NumberControl state id=ParamId::Target />
                <Flag state id=ParamId::StopAtTarget />
                <Choices state id=ParamId::Seeds />
                <SeedRow />
                <Show when=move || state.with(has_data)>
                    <Select state id=ParamId::Sampling />
                    <p class="note">{ctx.t(|s| s.race.same_batches)}</p>
                </Show>
            </section>
        </Later>
        <Later>
            <details data-testid="simulated-time">
                <summary>{ctx.t(|s| s.race.section_time)}</summary>
                <div class="group">
                    <NumberControl state id=ParamId::Latency />
                    <NumberControl state id=ParamId::Throughput />
                </div>
            </details>
        </Later>
        <button type="button" class="button" data-testid="race-defaults" on:click=move |_| state.update(|s| *s = RaceState::default())>
            {ctx.t(|s| s.race.defaults)}
        </button>
    }
}

/// Which lanes take part, with the learning rate that each would train with.
#[component]
fn Lanes(state: RwSignal<RaceState>) -> impl IntoView {
    let ctx = use_ctx();
    let config = Memo::new(move |_| state.with(RaceConfig::of));
    if !ctx.shows(ParamId::Lanes) {
        return None;
    }
    let is_locked = ctx.locks(ParamId::Lanes);
    Some(view! {
        <div class="lane-list" class:locked=is_locked title=lock_hint(is_locked) role="group" aria-label=ctx.t(|s| s.race.section_lanes)>
            {LaneKind::ALL.into_iter().map(|kind| {
                let bit = 1u32 << kind as u32;
                view! {
                    <label class="check lane-check">
                        <input type="checkbox" prop:disabled=is_locked data-testid=format!("lanes-{}", LANE_NAMES[kind as usize])
                            prop:checked=move || state.with(|s| s.lanes & bit != 0)
                            on:change=move |_| state.update(|s| s.put(ParamId::Lanes, Value::Flags(s.lanes ^ bit))) />
                        <span class=format!("swatch swatch-{}", lane_style(kind).0.token())></span>
                        <span>{move || ctx.s().race.lanes[kind as usize]}</span>
                        <span class="lane-lr">{move || format!("η {}", format_sig(config.with(|c| c.lane(kind).lr), 3, ctx.s().grouping))}</span>
                    </label>
                }
            }).collect_view()}
        </div>
    })
}

/// B_noise of the theory lane, beside what the task is known or measured to have.
#[component]
fn NoiseScale(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.race;
    let task = Memo::new(move |_| state.with(|s| RaceConfig::of(s).task));
    // What was measured stays until the task changes: taking it over starts the race anew.
    let measured = Memo::new(move |old: Option<&(TaskSpec, Option<f64>)>| {
        let task = task.get();
        session.slow.track();
        let fresh = session.record.with_untracked(|r| r.measured_noise_scale());
        let kept = old.filter(|(of, _)| *of == task).and_then(|(_, v)| *v);
        (task, fresh.or(kept))
    });
    let value = move || initial_noise_scale(task.get()).or(measured.get().1);
    let text = move || {
        let s = ctx.s();
        let number = |v: f64| format_sig(v, 3, s.grouping);
        match (initial_noise_scale(task.get()), measured.get().1) {
            (Some(exact), _) => (s.race.noise_exact)(&number(exact)),
            (None, Some(v)) => (s.race.noise_measured)(&number(v)),
            (None, None) => s.race.noise_unmeasured.to_owned(),
        }
    };
    // Three digits are more than a median of probes deserves.
    let rounded = move || value().map(|v| round_sig(v, 3));
    view! {
        <NumberControl state id=ParamId::NoiseScale />
        <p class="note noise-line" data-testid="task-noise" data-value=move || value().map(|v| v.to_string())>
            <span>{move || text()}</span>
            <button type="button" class="button small" data-testid="use-noise"
                hidden=move || rounded().is_none_or(|v| v.to_bits() == state.with(|s| s.noise_scale).to_bits())
                on:click=move |_| if let Some(v) = untrack(rounded) { state.update(|s| s.put(ParamId::NoiseScale, Value::Number(v))) }>
                {ctx.t(|s| s.race.use_noise)}
            </button>
        </p>
    }
}
