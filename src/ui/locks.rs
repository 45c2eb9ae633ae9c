//! Locked controls: whatever changes them, from a handle to a recipe, they go back to what they were.

use crate::params::calc::CalcState;
use crate::params::curves::CurvesState;
use crate::params::defs::{ParamId, Params, Value};
use crate::params::noise::NoiseState;
use crate::params::race::RaceState;
use crate::params::runs::RunsState;
use crate::params::url::Panel;
use crate::ui::context::Ctx;
use crate::ui::controls::Bound;
use crate::ui::prelude::*;

/// The locked controls with the values that they keep.
#[derive(Clone, Copy)]
pub struct Locks(StoredValue<Vec<(Bound, Value)>>);

impl Locks {
    /// Keeps the present values from now on. For changes by the page around, which set the locks as well.
    pub fn renew(self) {
        self.0.update_value(|kept| {
            for (bound, value) in kept {
                *value = bound.value.get_untracked();
            }
        });
    }
}

/// Holds controls of a panel.
pub fn hold(ctx: Ctx, panel: Panel, ids: &[ParamId]) -> Locks {
    fn bind<S: Params>(state: RwSignal<S>, ids: &[ParamId]) -> Vec<Bound> {
        ids.iter().map(|id| Bound::new(state, *id)).collect()
    }
    let bounds = match panel {
        Panel::Curves => bind::<CurvesState>(ctx.curves, ids),
        Panel::Race | Panel::Sweep => bind::<RaceState>(ctx.race, ids),
        Panel::Noise => bind::<NoiseState>(ctx.noise, ids),
        Panel::Calc => bind::<CalcState>(ctx.calc, ids),
        Panel::Runs => bind::<RunsState>(ctx.runs, ids),
        Panel::About => Vec::new(),
    };
    let keep = |bound: Bound| (bound, bound.value.get_untracked());
    let kept = StoredValue::new(bounds.into_iter().map(keep).collect::<Vec<_>>());
    effect(move || {
        let changed = kept.with_value(|kept| {
            let changed = kept
                .iter()
                .filter(|(bound, value)| bound.value.get() != *value);
            changed.copied().collect::<Vec<_>>()
        });
        for (bound, value) in changed {
            bound.put.run(value);
        }
    });
    Locks(kept)
}
