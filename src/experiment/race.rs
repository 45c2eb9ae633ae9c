//! The race: one task, one optimiser, several learning rates side by side.
//!
//! A base lane trains with the pair (B₀, η₀) that is known to work; every other lane trains with the batch B and the
//! learning rate that one rule gives for it. All lanes see equally many examples. Symbols: B₀ `base_batch`, η₀
//! `base_lr`, B `batch`, B_noise `noise_scale`, λ curvature. Sources: Goyal et al. 2017 (arXiv:1706.02677) for the
//! linear rule and its warmup, Krizhevsky 2014 (arXiv:1404.5997) for the square root, McCandlish et al. 2018
//! (arXiv:1812.06162, sections 2.2 and E.2) for the noise-scale rule and its exponent.

use crate::theory::linreg::IsotropicRegression;
use crate::theory::rules::{BasePoint, ScalingRule};
use crate::theory::stability;
use crate::train::spec::{Decay, OptimizerSpec, RunConfig, Sampling, Schedule, TaskSpec, Warmup};
use crate::units::{Alpha, BatchSize, Beta, LearningRate, NoiseScale, Positive};
use crate::worker::protocol::NumberedRun;
use alloc::vec::Vec;
use core::num::NonZeroU32;

/// What gives a lane its learning rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LaneKind {
    /// The base pair (B₀, η₀) itself: the reference that the others are compared with.
    Base,
    /// η = η₀.
    NoScaling,
    /// η = η₀ √(B/B₀).
    Sqrt,
    /// η = η₀ B/B₀.
    Linear,
    /// η = η₀ ((1 + B_noise/B₀) / (1 + B_noise/B))^α.
    Theory,
    /// A learning rate set by hand.
    Custom,
}

impl LaneKind {
    /// Every kind, in the order of the lanes.
    pub const ALL: [LaneKind; 6] = [
        LaneKind::Base,
        LaneKind::NoScaling,
        LaneKind::Sqrt,
        LaneKind::Linear,
        LaneKind::Theory,
        LaneKind::Custom,
    ];
}

/// Which lanes take part. Each at most once, always in the order of [`LaneKind::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct LaneSet(u8);

impl LaneSet {
    /// The kinds in `kinds`; repetitions and order do not matter.
    pub fn of(kinds: &[LaneKind]) -> Self {
        kinds
            .iter()
            .fold(Self::default(), |set, &kind| set.with(kind, true))
    }

    /// The same set with `kind` in it or not.
    #[must_use]
    pub fn with(self, kind: LaneKind, is_in: bool) -> Self {
        let bit = 1 << kind as u8;
        Self(if is_in { self.0 | bit } else { self.0 & !bit })
    }

    /// Whether `kind` takes part.
    pub fn contains(self, kind: LaneKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// The kinds in it, in lane order.
    pub fn iter(self) -> impl Iterator<Item = LaneKind> {
        LaneKind::ALL
            .into_iter()
            .filter(move |&kind| self.contains(kind))
    }

    /// How many take part.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether nobody takes part.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// How the lanes other than the base start; see [`Warmup`]. The ramp begins at the base learning rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WarmupChoice {
    None,
    Gradual,
    Constant,
}

/// A race. May hold anything: numbers that cannot be trained are refused run by run when the job starts.
#[derive(Clone, Debug, PartialEq)]
pub struct RaceConfig {
    pub task: TaskSpec,
    pub optimizer: OptimizerSpec,
    pub sampling: Sampling,
    pub warmup: WarmupChoice,
    /// Length of the warmup, in examples.
    pub warmup_examples: u64,
    pub decay: Decay,
    /// B₀, in examples.
    pub base_batch: u32,
    /// η₀.
    pub base_lr: f64,
    /// B of every lane but the base, in examples.
    pub batch: u32,
    /// B_noise of the theory lane, in examples.
    pub noise_scale: f64,
    pub lanes: LaneSet,
    /// η of the custom lane.
    pub custom_lr: f64,
    /// Examples that every run may process.
    pub budget_examples: u64,
    /// Full training loss that counts as arrived.
    pub target_loss: f64,
    pub stop_at_target: bool,
    /// Runs per lane, at least 1; the page offers 1, 3 and 5.
    pub n_seeds: u32,
    /// Root of the runs' seeds.
    pub seed: u64,
}

/// One lane: batch and learning rate of all its runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lane {
    pub kind: LaneKind,
    /// In examples.
    pub batch: u32,
    /// Learning rate after the warmup; inside the range of [`LearningRate`].
    pub lr: f64,
}

/// A learning rate beyond what the curvature of the task allows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StabilityWarning {
    /// η·λ_max.
    pub lr_times_curvature: f64,
    /// What η·λ_max would have to stay below.
    pub limit: f64,
}

impl RaceConfig {
    /// The lanes that take part, in the order of [`LaneKind::ALL`].
    ///
    /// Base values outside the ranges of `units` count as the nearest value inside.
    pub fn lanes(&self) -> Vec<Lane> {
        self.lanes.iter().map(|kind| self.lane(kind)).collect()
    }

    /// The lane of one kind, whether it takes part or not.
    pub fn lane(&self, kind: LaneKind) -> Lane {
        let base = BasePoint {
            batch: BatchSize::clamped(f64::from(self.base_batch)),
            lr: LearningRate::clamped(self.base_lr),
        };
        let batch = BatchSize::clamped(f64::from(self.batch));
        let lr = match kind {
            LaneKind::Base => {
                return Lane {
                    kind,
                    batch: self.base_batch,
                    lr: base.lr.get(),
                };
            }
            LaneKind::NoScaling => ScalingRule::Constant.scale_lr(base, batch),
            LaneKind::Sqrt => ScalingRule::Sqrt.scale_lr(base, batch),
            LaneKind::Linear => ScalingRule::Linear.scale_lr(base, batch),
            LaneKind::Theory => self.theory_rule().scale_lr(base, batch),
            LaneKind::Custom => self.custom_lr,
        };
        Lane {
            kind,
            batch: self.batch,
            lr: LearningRate::clamped(lr).get(),
        }
    }

    /// Runs per lane.
    pub fn n_seeds(&self) -> u32 {
        self.n_seeds.max(1)
    }

    /// All runs, lane by lane: run = lane_idx × n_seeds + seed_idx.
    pub fn runs(&self) -> Vec<NumberedRun> {
        let n_seeds = self.n_seeds();
        self.lanes()
            .iter()
            .flat_map(|&lane| (0..n_seeds).map(move |seed_idx| (lane, seed_idx)))
            .zip(0..)
            .map(|((lane, seed_idx), run)| NumberedRun {
                run,
                config: self.run_config(lane, seed_idx),
            })
            .collect()
    }

    /// Lane index and seed index of a run number.
    pub fn place_of(&self, run: u32) -> (usize, u32) {
        ((run / self.n_seeds()) as usize, run % self.n_seeds())
    }

    /// Whether `lane` is expected to diverge, judged before it runs; see [`stability_limit`].
    pub fn stability_warning(&self, lane: &Lane) -> Option<StabilityWarning> {
        let (curvature, limit) = stability_limit(self.task, self.optimizer, lane.batch)?;
        let lr_times_curvature = lane.lr * curvature;
        (lr_times_curvature >= limit).then_some(StabilityWarning {
            lr_times_curvature,
            limit,
        })
    }

    /// The noise-scale rule with the exponent of the optimiser's family.
    fn theory_rule(&self) -> ScalingRule {
        ScalingRule::NoiseScale {
            noise_scale: NoiseScale::clamped(self.noise_scale),
            alpha: theory_exponent(self.optimizer),
        }
    }

    fn run_config(&self, lane: Lane, seed_idx: u32) -> RunConfig {
        // The ramp starts at the learning rate that is known to work; the base lane already has it.
        let start_lr = LearningRate::clamped(self.base_lr).get();
        let n_examples = self.warmup_examples;
        let warmup = match (lane.kind, self.warmup) {
            (LaneKind::Base, _) | (_, WarmupChoice::None) => Warmup::None,
            (_, WarmupChoice::Gradual) => Warmup::Gradual {
                start_lr,
                n_examples,
            },
            (_, WarmupChoice::Constant) => Warmup::Constant {
                start_lr,
                n_examples,
            },
        };
        RunConfig {
            task: self.task,
            optimizer: self.optimizer,
            schedule: Schedule {
                warmup,
                decay: self.decay,
            },
            sampling: self.sampling,
            lr: lane.lr,
            batch_size: lane.batch,
            budget_examples: self.budget_examples,
            target_loss: Some(self.target_loss),
            stop_at_target: self.stop_at_target,
            seed: seed_of(self.seed, seed_idx),
        }
    }
}

/// α of the noise-scale rule: 1 for SGD with or without momentum, ½ for RMSprop, Adam and AdamW.
///
/// Source: McCandlish et al. 2018 (arXiv:1812.06162, section E.2), where ½ is the limit of sign-like updates.
pub fn theory_exponent(optimizer: OptimizerSpec) -> Alpha {
    match optimizer {
        OptimizerSpec::Sgd { .. } => Alpha::clamped(1.0),
        OptimizerSpec::RmsProp { .. }
        | OptimizerSpec::Adam { .. }
        | OptimizerSpec::AdamW { .. } => Alpha::clamped(0.5),
    }
}

/// Seed of the `seed_idx`-th run of a lane, the same in every lane.
///
/// The successive seeds `root`, `root` + 1, … pass through the finaliser of SplitMix64 (Steele, Lea and Flood 2014),
/// which maps 64 bits one to one: seeds of one race never coincide, and near roots give seeds far apart.
pub fn seed_of(root: u64, seed_idx: u32) -> u64 {
    let mut z = root.wrapping_add(u64::from(seed_idx));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Exact B_noise = tr(HΣ)/(GᵀHG) at the start of training, in examples, where the task has a closed form.
///
/// Linear regression (H = I, |δ| = 1): 1 + d(1 + σ²/|δ|²). Quadratic (hᵢ = 1/i, Σ = diag(hᵢ), θᵢ² = 1):
/// Σhᵢ²/Σhᵢ³. The networks have to be measured. Source: McCandlish et al. 2018 (arXiv:1812.06162, eq. 2.8).
pub fn initial_noise_scale(task: TaskSpec) -> Option<f64> {
    match task {
        TaskSpec::Digits { .. } | TaskSpec::Spirals { .. } => None,
        TaskSpec::LinearRegression { n_dims, noise_std } => {
            let regression = IsotropicRegression::new(NonZeroU32::new(n_dims)?, noise_std).ok()?;
            Some(regression.noise_scale(Positive::clamped(1.0)))
        }
        TaskSpec::Quadratic { n_dims } => {
            let (trace, curvature) =
                (1..=n_dims.max(1)).fold((0.0, 0.0), |(trace, curvature), i| {
                    let h = 1.0 / f64::from(i);
                    (trace + h * h, curvature + h * h * h)
                });
            Some(trace / curvature)
        }
    }
}

/// Largest curvature λ_max of the task, and the bound that η·λ_max must stay below; both tasks with a Hessian that
/// is known and constant have λ_max = 1, to which weight decay adds itself. `None` for networks and for optimisers
/// that rescale the gradient, whose limit depends on their state.
///
/// Bounds: those of [`stability`], with dampening τ dividing heavy ball's by 1 − τ. Plain SGD on linear regression
/// diverges earlier, because there the gradient noise grows with the distance: E|δ'|²/|δ|² = (1−ηλ)² + η²(d+1)/B for
/// Gaussian samples, which is below 1 iff ηλ < 2/(1 + (d+1)/(Bλ²)).
pub fn stability_limit(task: TaskSpec, optimizer: OptimizerSpec, batch: u32) -> Option<(f64, f64)> {
    let OptimizerSpec::Sgd {
        momentum,
        dampening,
        nesterov,
        weight_decay,
    } = optimizer
    else {
        return None;
    };
    let curvature = Positive::new(1.0 + weight_decay).ok()?;
    let beta = Beta::new(momentum).ok()?;
    let is_plain = momentum == 0.0;
    let max_lr = match (is_plain, nesterov) {
        (true, _) => stability::gradient_descent(curvature),
        (false, false) => stability::heavy_ball(curvature, beta) / (1.0 - dampening),
        (false, true) => stability::nesterov(curvature, beta),
    };
    let curvature = curvature.get();
    let limit = match task {
        TaskSpec::Digits { .. } | TaskSpec::Spirals { .. } => return None,
        TaskSpec::LinearRegression { n_dims, .. } if is_plain => {
            let noise = (f64::from(n_dims) + 1.0) / f64::from(batch.max(1));
            2.0 / (1.0 + noise / (curvature * curvature))
        }
        TaskSpec::LinearRegression { .. } | TaskSpec::Quadratic { .. } => max_lr * curvature,
    };
    (limit.is_finite() && limit > 0.0).then_some((curvature, limit))
}
