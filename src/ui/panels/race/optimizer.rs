//! The optimiser and every hyper-parameter it has.

use crate::params::defs::ParamId;
use crate::params::race::{OptimizerKind, RaceState};
use crate::ui::context::use_ctx;
use crate::ui::controls::{Flag, NumberControl, Select};
use crate::ui::prelude::*;

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
            <Select state id=ParamId::Optimizer />
            <details data-testid="hyper-parameters">
                <summary>{ctx.t(|s| s.control.advanced)}</summary>
                <div class="group">
                    {move || numbers(kind.get()).iter().map(|id| view! { <NumberControl state id=*id /> }).collect_view()}
                    {move || (kind.get() == OptimizerKind::RmsProp).then(|| view! { <Flag state id=ParamId::Centered /> })}
                </div>
            </details>
        </section>
    }
}
