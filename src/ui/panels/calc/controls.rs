//! The recipe and what is assumed.

use super::hardware::Hardware;
use crate::experiment::calculator::Calculation;
use crate::params::calc::CalcState;
use crate::params::defs::{ParamId, Params};
use crate::ui::context::use_ctx;
use crate::ui::controls::{Choices, Flag, NumberField, Select};
use crate::ui::prelude::*;

#[component]
pub fn RecipeControls(result: Memo<Calculation>) -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.calc;
    let fields = move |ids: &'static [ParamId]| {
        ids.iter()
            .map(|id| view! { <label class="field-row"><NumberField state id=*id is_labelled=true /></label> })
            .collect_view()
    };
    use ParamId as P;
    let optimizer = Memo::new(move |_| state.with(|s| s.optimizer));
    let critical = Memo::new(move |_| state.with(|s| s.critical));
    let has_data = Memo::new(move |_| state.with(|s| s.has_data));
    let is_changed = Memo::new(move |_| state.with(|s| *s != s.defaults()));
    view! {
        <section class="group">
            <Select state id=P::Recipe />
            <p class="note" data-testid="preset-note">{move || ctx.s().calc.preset_notes[state.with(|s| s.preset)]}</p>
            <button type="button" class="button" data-testid="calc-reset" disabled=move || !is_changed.get()
                on:click=move |_| state.update(|s| *s = CalcState { tab: s.tab, ..s.defaults() })>{ctx.t(|s| s.calc.reset)}</button>
        </section>
        <section class="group">
            <h2>{ctx.t(|s| s.calc.hardware)}</h2>
            <Hardware result />
        </section>
        <section class="group">
            <h2>{ctx.t(|s| s.calc.recipe)}</h2>
            <Choices state id=P::RecipeOptimizer />
            {fields(&[P::RecipeBatch, P::RecipeLr])}
            <Select state id=P::RecipeUnit />
            {move || match optimizer.get() {
                0 => fields(&[P::RecipeDecay]),
                1 => fields(&[P::RecipeMomentum, P::RecipeDampening, P::RecipeDecay]),
                _ => fields(&[P::RecipeBeta1, P::RecipeBeta2, P::RecipeEps, P::RecipeDecay]),
            }}
            {fields(&[P::RecipeWarmup, P::RecipeLength])}
            <Choices state id=P::LengthUnit />
            <Choices state id=P::RecipeDecayKind />
            <Choices state id=P::HasData />
            <Show when=move || has_data.get()>{fields(&[P::DataSize])}</Show>
        </section>
        <section class="group">
            <h2>{ctx.t(|s| s.calc.assumptions)}</h2>
            <Choices state id=P::Reduction />
            <Flag state id=P::DividesLoss />
            <Flag state id=P::Uneven />
            <Flag state id=P::BatchNorm />
            <Choices state id=P::CriticalKnowledge />
            {move || match critical.get() {
                0 => Vec::new(),
                1 => fields(&[P::CriticalLow]),
                _ => fields(&[P::CriticalLow, P::CriticalHigh]),
            }}
        </section>
    }
}
