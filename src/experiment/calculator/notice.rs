//! What a recipe should be warned of, each with the numbers that made it.

use super::Calculation;
use crate::params::calc::CalcState;
use crate::theory::presets::PRESETS;
use alloc::vec::Vec;

/// One warning or hint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CalcNotice {
    /// B = B₀: nothing changes.
    NoChange,
    /// The factors in the fields make another total than the one asked for.
    FactorsDiffer { product: f64, batch: f64 },
    /// A summed loss grows with B by itself: scaling η too would scale twice.
    SumReduction { ratio: f64 },
    /// The loop adds k gradients of means, so the step is k times too long.
    LossNotDivided { accum_steps: f64 },
    /// Means of micro-batches of unequal token counts are not the mean over tokens.
    UnevenMicroBatches,
    /// Batch normalisation sees one device's m examples, not B.
    BatchNormSeesMicroBatch { micro_batch: f64 },
    /// The mean over devices is taken by DDP itself, so nothing is to be divided by their number.
    DdpAverages { n_devices: f64 },
    /// N is no multiple of B: the last batch of an epoch has so many examples, or is dropped. Of the k micro-batches of
    /// its accumulation window `n_full` are full.
    LastPartialBatch {
        left: f64,
        n_full: f64,
        accum_steps: f64,
    },
    /// One step per epoch at most.
    BatchAboveData { batch: f64, data_size: f64 },
    /// Below 16 examples accumulating is the same as a larger batch and wastes a single device.
    SmallBatch { batch: f64 },
    /// κ too large or too small for β₁ (`is_first`) or else β₂: the square-root rule of Adam has valid coefficients
    /// above `min` and below `max`.
    KappaBeyondAdam {
        ratio: f64,
        min: f64,
        max: f64,
        is_first: bool,
    },
    /// Fixed dampening shrinks the buffer alike at every batch size: what is tuned at one does not carry over alone.
    FixedDampening { dampening: f64 },
    /// Nobody knows where the rules stop.
    CriticalUnknown,
    /// A published run of this recipe at this B did best at an η outside the suggested interval.
    PublishedOutside { lr: f64, error_percent: f64 },
    /// B lies beyond every B_crit that is assumed.
    BeyondCritical { batch: f64, critical: f64 },
}

/// Batches below this are called small.
const SMALL: f64 = 16.0;

/// The best published run at B, if the interval leaves it out.
fn published_outside(state: &CalcState, result: &Calculation) -> Option<CalcNotice> {
    let preset = PRESETS.get(state.preset)?;
    let same = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b;
    let is_recipe = same(state.base_batch, preset.base.batch.get())
        && same(state.base_lr, preset.base.lr.get())
        && state.reduction == 0;
    let at_batch = preset
        .outcomes
        .iter()
        .filter(|o| same(o.batch.get(), state.batch));
    let best = at_batch.reduce(|a, b| {
        if b.error_percent < a.error_percent {
            b
        } else {
            a
        }
    })?;
    let lr = best.lr.get();
    let is_inside = (result.suggestion.low..=result.suggestion.high).contains(&lr);
    (is_recipe && !is_inside).then_some(CalcNotice::PublishedOutside {
        lr,
        error_percent: best.error_percent,
    })
}

/// Every notice that applies, the ones that change the learning rate first.
pub fn notices(state: &CalcState, result: &Calculation) -> Vec<CalcNotice> {
    use CalcNotice as N;
    let mut out = Vec::new();
    let batch = state.batch;
    let is_changed = (result.ratio - 1.0).abs() > 0.0;
    if !is_changed {
        out.push(N::NoChange);
    }
    if (result.product as f64 - batch).abs() > 0.0 {
        out.push(N::FactorsDiffer {
            product: result.product as f64,
            batch,
        });
    }
    if state.reduction == 1 {
        out.push(N::SumReduction {
            ratio: result.ratio,
        });
    }
    if state.accum_steps > 1.0 && !state.divides_loss && state.reduction == 0 {
        out.push(N::LossNotDivided {
            accum_steps: state.accum_steps,
        });
    }
    if let Some(Err(why)) = result.kappa {
        out.push(N::KappaBeyondAdam {
            ratio: result.ratio,
            min: why.limits.min,
            max: why.limits.max,
            is_first: why.beta1.is_some(),
        });
    }
    out.extend(published_outside(state, result));
    match state.critical_batches().last() {
        None if is_changed => out.push(N::CriticalUnknown),
        Some(&critical) if batch > critical => out.push(N::BeyondCritical { batch, critical }),
        _ => {}
    }
    let n_devices = state.n_devices * state.n_nodes;
    if n_devices > 1.0 && state.reduction == 0 {
        out.push(N::DdpAverages { n_devices });
    }
    if state.is_uneven {
        out.push(N::UnevenMicroBatches);
    }
    if state.has_batch_norm {
        out.push(N::BatchNormSeesMicroBatch {
            micro_batch: state.micro_batch,
        });
    }
    if state.has_data && batch > state.data_size {
        out.push(N::BatchAboveData {
            batch,
            data_size: state.data_size,
        });
    } else if state.has_data {
        let left = state.data_size % batch;
        if left > 0.0 {
            let micro = state.micro_batch * state.n_devices * state.n_nodes;
            out.push(N::LastPartialBatch {
                left,
                n_full: libm::floor(left / micro),
                accum_steps: state.accum_steps,
            });
        }
    }
    if batch < SMALL {
        out.push(N::SmallBatch { batch });
    }
    if state.optimizer == 1 && state.dampening > 0.0 {
        out.push(N::FixedDampening {
            dampening: state.dampening,
        });
    }
    out
}
