//! Controls that Race and Sweep share: the task with its sizes, the optimiser with every hyper-parameter it has, the seed.

use crate::params::defs::{ParamId, Params, Value};
use crate::params::race::{OptimizerKind, RaceState, TaskKind};
use crate::ui::context::use_ctx;
use crate::ui::controls::{Choices, Flag, NumberControl, NumberField, Select};
use crate::ui::prelude::*;

/// Whether a task draws from a finite training set.
pub fn has_data(state: &RaceState) -> bool {
    matches!(state.task, TaskKind::Digits | TaskKind::Spirals)
}

/// The task, its shape, and the sizes that belong to it.
#[component]
pub fn Task() -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.race;
    let shape = move || {
        let (task, n) = state.with(|s| (s.task, s.n_hidden));
        let network = ctx.s().race.network;
        match task {
            TaskKind::Digits => Some(network(&format!("64-{n}-10"))),
            TaskKind::Spirals => Some(network(&format!("2-{n}-{n}-2"))),
            TaskKind::LinearRegression | TaskKind::Quadratic => None,
        }
    };
    view! {
        <section class="group">
            <Select state id=ParamId::Task />
            <p class="note" data-testid="task-shape" hidden=move || shape().is_none()>{move || shape().unwrap_or_default()}</p>
            <details>
                <summary>{ctx.t(|s| s.control.advanced)}</summary>
                <div class="group">
                    <Show when=move || !state.with(has_data)><NumberControl state id=ParamId::Dims /></Show>
                    <Show when=move || state.with(has_data)>
                        <NumberControl state id=ParamId::Hidden />
                        <Choices state id=ParamId::Activation />
                    </Show>
                    <Show when=move || state.with(|s| s.task == TaskKind::LinearRegression)>
                        <NumberControl state id=ParamId::NoiseStd />
                    </Show>
                </div>
            </details>
        </section>
    }
}

/// Numbers of an optimiser, besides the learning rate.
const fn numbers(kind: OptimizerKind) -> &'static [ParamId] {
    use ParamId as P;
    match kind {
        OptimizerKind::Sgd => &[P::WeightDecay],
        OptimizerKind::Momentum => &[P::Momentum, P::Dampening, P::WeightDecay],
        OptimizerKind::Nesterov => &[P::Momentum, P::WeightDecay],
        OptimizerKind::RmsProp => &[P::RmsAlpha, P::Eps, P::Momentum, P::WeightDecay],
        OptimizerKind::Adam | OptimizerKind::AdamW => &[P::Beta1, P::Beta2, P::Eps, P::WeightDecay],
    }
}

#[component]
pub fn Optimizer(state: RwSignal<RaceState>) -> impl IntoView {
    let ctx = use_ctx();
    let kind = Memo::new(move |_| state.with(|s| s.optimizer));
    view! {
        <section class="group">
            <Choices state id=ParamId::Optimizer />
            <details data-testid="hyper-parameters">
                <summary>{ctx.t(|s| s.control.advanced)}</summary>
                <div class="group">
                    {move || numbers(kind.get()).iter().map(|id| view! { <NumberControl state id=*id /> }).collect_view()}
                    <Show when=move || kind.get() == OptimizerKind::RmsProp><Flag state id=ParamId::Centered /></Show>
                </div>
            </details>
        </section>
    }
}

/// The seed, and a button for the next one.
#[component]
pub fn SeedRow() -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.race;
    view! {
        <div class="seed-row">
            <label><NumberField state id=ParamId::Seed is_labelled=true /></label>
            <button type="button" class="button" data-testid="new-seed"
                on:click=move |_| state.update(|s| s.put(ParamId::Seed, Value::Number((s.seed + 1.0) % 4_294_967_296.0)))>
                {ctx.t(|s| s.race.new_seed)}
            </button>
        </div>
    }
}
