//! The column of values. Task and optimiser are Race's own.

use crate::params::defs::ParamId;
use crate::params::race::{RaceState, SweepMetric};
use crate::ui::context::use_ctx;
use crate::ui::controls::{Choices, NumberControl, Select};
use crate::ui::prelude::*;
use crate::ui::training::{Optimizer, SeedRow, Task};

#[component]
pub fn SweepControls() -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.race;
    let is_metric = move |metric| state.with(|s| s.sweep_metric == metric);
    view! {
        <Task />
        <Optimizer state />
        <section class="group">
            <h2>{ctx.t(|s| s.sweep.section_what)}</h2>
            <Select state id=ParamId::SweepMetric />
            <Show when=move || is_metric(SweepMetric::StepsToTarget)><NumberControl state id=ParamId::SweepTarget /></Show>
            <Show when=move || !is_metric(SweepMetric::LossAtSteps)><NumberControl state id=ParamId::SweepBudget /></Show>
            <Show when=move || is_metric(SweepMetric::LossAtSteps)><NumberControl state id=ParamId::SweepSteps /></Show>
            <Choices state id=ParamId::SweepSeeds />
            <SeedRow />
        </section>
        <section class="group">
            <h2>{ctx.t(|s| s.sweep.section_grid)}</h2>
            <Choices state id=ParamId::LargestBatch />
            <Choices state id=ParamId::LrRange />
            <Show when=move || state.with(|s| s.lr_range == 1)>
                <NumberControl state id=ParamId::LowestLr />
                <NumberControl state id=ParamId::HighestLr />
            </Show>
            <p class="note">{ctx.t(|s| s.sweep.protocol)}</p>
        </section>
        <button type="button" class="button" data-testid="sweep-defaults" on:click=move |_| state.update(|s| *s = RaceState::default())>
            {ctx.t(|s| s.race.defaults)}
        </button>
    }
}
