//! From a recipe at one batch size to what to type at another.
//!
//! Symbols: B₀, η₀ the recipe's batch and learning rate, B the new batch, κ = B/B₀, N examples in the data set.
//! Memory is not guessed: whether a batch per device fits is for the device to say.

pub mod factors;
pub mod notice;

use crate::params::calc::CalcState;
use crate::theory::adam::{
    AdamBase, AdamScaled, KappaRuleDoesNotApply, beta_same_half_life, half_life, kappa_rule,
};
use crate::theory::rules::{BasePoint, ScalingRule};
use crate::theory::tradeoff::{examples_ratio, steps_ratio};
use crate::units::{Alpha, BatchRatio, BatchSize, Beta, LearningRate, NoiseScale, Positive};
use alloc::vec::Vec;
use factors::Factors;

/// The rules, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    None,
    Sqrt,
    Linear,
    /// The noise-scale optimum for the least and the largest B_crit that is assumed.
    TheoryLow,
    TheoryHigh,
}

/// One rule at the new batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RuleRow {
    pub kind: RuleKind,
    /// η
    pub lr: f64,
    /// Weight decay. AdamW's keeps the decay per example, λ·κ·η₀/η, and with it its timescale in epochs, B/(ηλN)
    /// (Wang and Aitchison 2024, arXiv:2405.13698): λ under the linear rule, λ√κ under the square root. Where the
    /// decay is part of the gradient, and so of the loss, it stays as it is (Goyal et al. 2017, arXiv:1706.02677).
    pub weight_decay: f64,
}

/// The learning rates that the evidence supports, and what they rest on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Suggestion {
    pub low: f64,
    pub high: f64,
    /// Whether B_crit was used; otherwise it is only the span of the two rules.
    pub uses_critical: bool,
}

/// Steps of a length at one batch size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lengths {
    pub warmup_steps: f64,
    pub total_steps: f64,
    /// ⌈N/B⌉; `None` without a data set.
    pub steps_per_epoch: Option<f64>,
}

/// Steps and examples at one batch size, over their minima.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// B_crit that it is computed with.
    pub critical_batch: f64,
    /// S/S_min and E/E_min at B₀.
    pub before: (f64, f64),
    /// The same at B.
    pub after: (f64, f64),
}

/// Everything that the panel shows of a recipe.
#[derive(Clone, Debug, PartialEq)]
pub struct Calculation {
    /// κ
    pub ratio: f64,
    /// The factors that make B, or the nearest ones.
    pub factors: Vec<Factors>,
    /// B of the factors as they stand in the fields.
    pub product: u64,
    pub rules: Vec<RuleRow>,
    pub suggestion: Suggestion,
    /// β₁, β₂ and ε under the square-root rule of Adam; `None` for SGD.
    pub kappa: Option<Result<AdamScaled, KappaRuleDoesNotApply>>,
    /// β₂ that keeps its half-life, and that half-life in the recipe's unit; `None` for SGD.
    pub half_life: Option<(f64, f64)>,
    pub before: Lengths,
    pub after: Lengths,
    /// Where the warmup starts: at 0 for Adam, else at η₀ (Goyal et al. 2017, arXiv:1706.02677, section 2.2).
    pub warmup_start: f64,
    /// Examples that the warmup sees, the same before and after; epochs count the data set, not its last full batch.
    pub warmup_examples: f64,
    /// For each B_crit that is assumed.
    pub costs: Vec<Cost>,
}

impl Calculation {
    /// The row whose rate the code carries. Without a B_crit there is no optimum to follow, and the square root stands
    /// in its place.
    pub fn exported(&self, state: &CalcState) -> Option<&RuleRow> {
        let find = |kind| self.rules.iter().find(|row| row.kind == kind);
        let chosen = match state.rule {
            0 => RuleKind::None,
            1 => RuleKind::Sqrt,
            2 => RuleKind::Linear,
            _ => RuleKind::TheoryLow,
        };
        find(chosen).or_else(|| find(RuleKind::Sqrt))
    }

    /// Where the warmup to a rate starts: never above it.
    pub fn warmup_start_to(&self, lr: f64) -> f64 {
        self.warmup_start.min(lr)
    }

    /// Whether the factors as they stand make the batch that the rates belong to.
    pub fn is_feasible(&self, state: &CalcState) -> bool {
        (self.product as f64 - state.batch).abs() <= 0.0
    }
}

impl CalcState {
    /// Whether the optimiser divides by a running second moment.
    pub fn is_adaptive(&self) -> bool {
        self.optimizer >= 2
    }

    /// The factors as they stand in the fields.
    pub fn factors(&self) -> Factors {
        Factors::of(
            [
                self.micro_batch,
                self.n_devices,
                self.n_nodes,
                self.accum_steps,
            ]
            .map(|v| v as u64),
        )
    }

    /// Takes over factors and their total.
    pub fn take(&mut self, factors: Factors) {
        let [m, n, nodes, k] = factors.as_array().map(|v| v as f64);
        (self.micro_batch, self.n_devices) = (m, n);
        (self.n_nodes, self.accum_steps) = (nodes, k);
        self.batch = factors.total() as f64;
    }

    /// The values of B_crit that are assumed, rising; none where it is unknown.
    pub fn critical_batches(&self) -> Vec<f64> {
        match self.critical {
            0 => Vec::new(),
            1 => Vec::from([self.critical_low]),
            _ => {
                let (a, b) = (self.critical_low, self.critical_high);
                Vec::from([a.min(b), a.max(b)])
            }
        }
    }

    fn lengths(&self, batch: f64) -> Lengths {
        let steps_per_epoch = self.has_data.then(|| libm::ceil(self.data_size / batch));
        let steps = |length: f64| match (self.length_unit, steps_per_epoch) {
            (1, Some(per_epoch)) => ceil(length * per_epoch),
            // Steps at B₀; elsewhere as many as process the same examples.
            _ => ceil(length * self.base_batch / batch),
        };
        Lengths {
            warmup_steps: steps(self.warmup),
            total_steps: steps(self.length),
            steps_per_epoch,
        }
    }
}

/// The next whole number; products of decimals may exceed one by their last bits (0.07·100 is 7.000000000000001).
fn ceil(value: f64) -> f64 {
    libm::ceil(value * (1.0 - 1e-12))
}

/// Everything at once; cheap.
pub fn calculate(state: &CalcState) -> Calculation {
    let (base_batch, batch) = (
        BatchSize::clamped(state.base_batch),
        BatchSize::clamped(state.batch),
    );
    let base = BasePoint {
        batch: base_batch,
        lr: LearningRate::clamped(state.base_lr),
    };
    let kappa = BatchRatio::between(base_batch, batch);
    let alpha = Alpha::clamped(if state.is_adaptive() { 0.5 } else { 1.0 });
    let theory = |critical: f64| ScalingRule::NoiseScale {
        noise_scale: NoiseScale::clamped(critical),
        alpha,
    };
    let critical = state.critical_batches();
    let mut rules = Vec::from([
        (RuleKind::None, ScalingRule::Constant),
        (RuleKind::Sqrt, ScalingRule::Sqrt),
        (RuleKind::Linear, ScalingRule::Linear),
    ]);
    let kinds = [RuleKind::TheoryLow, RuleKind::TheoryHigh];
    rules.extend(kinds.into_iter().zip(critical.iter().map(|&c| theory(c))));
    // A summed gradient is κ times as long by itself, so SGD is to be given so much less. Adam divides it out.
    let by_itself = if state.reduction == 1 && !state.is_adaptive() {
        kappa.get()
    } else {
        1.0
    };
    let is_decoupled = state.optimizer == 3;
    let rules: Vec<RuleRow> = rules
        .into_iter()
        .map(|(kind, rule)| {
            let lr = rule.scale_lr(base, batch);
            let same_decay = kappa.get() * state.base_lr / lr;
            RuleRow {
                kind,
                lr: lr / by_itself,
                weight_decay: state.weight_decay * if is_decoupled { same_decay } else { 1.0 },
            }
        })
        .collect();
    let adam = state.is_adaptive().then(|| AdamBase {
        lr: base.lr,
        beta1: Beta::clamped(state.beta1),
        beta2: Beta::clamped(state.beta2),
        eps: Positive::clamped(state.eps),
    });
    let before = state.lengths(state.base_batch);
    let warmup_examples = if state.length_unit == 1 && state.has_data {
        state.warmup * state.data_size
    } else {
        state.warmup * state.base_batch
    };
    Calculation {
        ratio: kappa.get(),
        factors: factors::solve(state.batch as u64, state.factors(), state.locked),
        product: state.factors().total(),
        suggestion: suggestion(&rules),
        warmup_start: if state.is_adaptive() {
            0.0
        } else {
            base.lr.get() / by_itself
        },
        rules,
        kappa: adam.map(|base| kappa_rule(base, kappa)),
        half_life: adam.map(|base| {
            let beta2 = beta_same_half_life(base.beta2, kappa);
            (beta2.get(), half_life(base.beta2, base_batch))
        }),
        before,
        after: state.lengths(state.batch),
        warmup_examples,
        costs: critical
            .into_iter()
            .map(|c| cost(c, base_batch, batch))
            .collect(),
    }
}

/// Between the square root and the smaller of the linear rule and the noise-scale optimum, over every B_crit that is
/// assumed; between the two rules where none is.
fn suggestion(rules: &[RuleRow]) -> Suggestion {
    let lr_of = |kind| rules.iter().find(|r| r.kind == kind).map(|r| r.lr);
    let sqrt = lr_of(RuleKind::Sqrt).unwrap_or_default();
    let linear = lr_of(RuleKind::Linear).unwrap_or_default();
    let theory = [RuleKind::TheoryLow, RuleKind::TheoryHigh];
    let theory: Vec<f64> = theory.into_iter().filter_map(lr_of).collect();
    let (mut low, mut high) = (sqrt, sqrt);
    for lr in theory
        .iter()
        .copied()
        .chain(theory.is_empty().then_some(linear))
    {
        let capped = lr.min(linear);
        low = low.min(capped);
        high = high.max(capped);
    }
    Suggestion {
        low,
        high,
        uses_critical: !theory.is_empty(),
    }
}

fn cost(critical: f64, base: BatchSize, batch: BatchSize) -> Cost {
    let critical_batch = NoiseScale::clamped(critical);
    let at = |b| {
        (
            steps_ratio(b, critical_batch),
            examples_ratio(b, critical_batch),
        )
    };
    Cost {
        critical_batch: critical,
        before: at(base),
        after: at(batch),
    }
}
