//! What a training run is asked to do and what it answers: plain data, no behaviour.
//!
//! These types cross the worker boundary, so they are serialisable. [`RunConfig`] may hold anything;
//! `RunConfig::check` (in `run.rs`) turns it into a `ValidRun`, and only that can be trained.

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Nonlinearity between the layers of the perceptron.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Activation {
    /// max(0, x)
    Relu,
    /// tanh(x)
    Tanh,
}

/// The problem that is trained.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum TaskSpec {
    /// The 1,797 UCI optical handwritten digits, 8×8 pixels scaled to 0…1, ten classes; perceptron 64-H-10.
    Digits {
        n_hidden: u32,
        activation: Activation,
    },
    /// Two interleaved spirals in the plane, two classes; perceptron 2-H-H-2.
    Spirals {
        n_hidden: u32,
        activation: Activation,
    },
    /// Isotropic linear regression with fresh Gaussian samples (Ma et al. 2018, arXiv:1712.06559); |w₀ − w*| = 1.
    LinearRegression { n_dims: u32, noise_std: f64 },
    /// Noisy quadratic (Zhang et al. 2019, arXiv:1907.04164, section 3): hᵢ = 1/i, gradient noise variance cᵢ/B with cᵢ = hᵢ, θᵢ(0)² = 1.
    Quadratic { n_dims: u32 },
}

/// The optimiser with every hyper-parameter but the learning rate, which is an argument of each step.
/// Definitions are PyTorch's; see `optim.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum OptimizerSpec {
    Sgd {
        momentum: f64,
        dampening: f64,
        nesterov: bool,
        weight_decay: f64,
    },
    RmsProp {
        alpha: f64,
        eps: f64,
        momentum: f64,
        centered: bool,
        weight_decay: f64,
    },
    Adam {
        beta1: f64,
        beta2: f64,
        eps: f64,
        weight_decay: f64,
    },
    AdamW {
        beta1: f64,
        beta2: f64,
        eps: f64,
        weight_decay: f64,
    },
}

/// How the learning rate starts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Warmup {
    /// At its full value.
    None,
    /// Linear ramp from `start_lr` to the full value over `n_examples` (Goyal et al. 2017, section 2.2).
    Gradual { start_lr: f64, n_examples: u64 },
    /// `start_lr` for `n_examples`, then the full value at once (same section; known to be worse).
    Constant { start_lr: f64, n_examples: u64 },
}

/// How the learning rate goes on after the warmup.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Decay {
    /// Stays.
    Constant,
    /// Half a cosine from the full value down to `final_fraction` of it at the end of the budget.
    Cosine { final_fraction: f64 },
    /// Multiplied by `factor` at 1/3, 2/3 and 8/9 of the budget (Goyal's epochs 30, 60, 80 of 90).
    Steps { factor: f64 },
}

/// Learning rate over the run, as a function of the examples processed before the step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    pub warmup: Warmup,
    pub decay: Decay,
}

/// How a batch is drawn from a finite data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sampling {
    /// Every example independently.
    WithReplacement,
    /// Epochs in shuffled order. A batch may span two epochs, so B never changes.
    WithoutReplacement,
}

/// One training run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunConfig {
    pub task: TaskSpec,
    pub optimizer: OptimizerSpec,
    pub schedule: Schedule,
    pub sampling: Sampling,
    /// Learning rate after warmup, before decay.
    pub lr: f64,
    /// Examples per optimiser step, B. Gradients are means over it.
    pub batch_size: u32,
    /// The run ends when the next step would exceed this many examples.
    pub budget_examples: u64,
    /// Full training loss that counts as arrived.
    pub target_loss: Option<f64>,
    /// End the run at the target instead of at the budget.
    pub stop_at_target: bool,
    /// Root of all randomness of the run. Runs of equal seed share initial weights, and with equal B their batches.
    pub seed: u64,
}

/// What is wrong with a [`RunConfig`]: the field, its value and the allowed range (inclusive).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConfigError {
    pub field: ConfigField,
    pub value: f64,
    pub min: f64,
    pub max: f64,
}

/// The field of a [`RunConfig`] that a [`ConfigError`] speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ConfigField {
    LearningRate,
    BatchSize,
    Budget,
    TargetLoss,
    HiddenUnits,
    Dimensions,
    NoiseStd,
    Momentum,
    Dampening,
    Beta1,
    Beta2,
    Eps,
    WeightDecay,
    Alpha,
    WarmupExamples,
    StartLr,
    DecayFactor,
    FinalFraction,
}

/// Exact gradient noise at one point of the run, from every example's own gradient (or the closed form).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoiseProbe {
    /// |G|², squared norm of the full mean gradient.
    pub grad_norm_sq: f64,
    /// tr(Σ), trace of the per-example gradient covariance.
    pub noise_trace: f64,
    /// B_simple = tr(Σ)/|G|² in examples (McCandlish et al. 2018, eq. 2.9); `None` where |G|² vanishes.
    pub noise_scale: Option<f64>,
}

/// One recorded point of a run. All numbers are finite.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Optimiser steps done; the first sample has 0.
    pub step: u64,
    /// Examples processed, step × B.
    pub n_examples: u64,
    /// Learning rate of the last step (of the first step in the first sample).
    pub lr: f64,
    /// Mean loss of the last batch, before its update; `None` before the first step.
    pub batch_loss: Option<f64>,
    /// Loss over the whole training set, or the expected loss where the task has none.
    pub train_loss: f64,
    pub test_loss: Option<f64>,
    /// Fraction of test examples classified correctly.
    pub test_accuracy: Option<f64>,
    /// |g_B|², squared norm of the last batch's mean gradient, averaged over the steps since the last sample.
    pub batch_grad_norm_sq: Option<f64>,
    /// Unbiased estimate of |G|² from the last batches alone: |g_B|² minus its noise share, averaged likewise.
    /// May be negative, as unbiased estimates of small squares are. `None` for B = 1.
    pub corrected_grad_norm_sq: Option<f64>,
    /// Exact values, at some of the samples.
    pub noise: Option<NoiseProbe>,
}

/// Where a run first met its target loss.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetHit {
    pub step: u64,
    pub n_examples: u64,
}

/// Why a run ended. Divergence is a result, not an error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum StopReason {
    TargetReached,
    BudgetSpent,
    /// The loss left the finite numbers or rose above ten times its initial value for several evaluations.
    /// `step` is the step whose update did it.
    Diverged {
        step: u64,
    },
}

/// Class probabilities on a square grid over the input plane, for the decision-boundary picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionGrid {
    /// Points along each side.
    pub n_side: u32,
    /// Probability of class 1 as 0…255, row-major from the top left, [n_side, n_side]. Empty where the network gives no
    /// numbers any more, after divergence.
    pub class_one: Vec<u8>,
}
