//! The noise scale of a network on the digits while it trains: estimated online as a training job would do it, and
//! exactly at checkpoints.
//!
//! Every step's batch of B = n·m examples is computed in n parts of m, as n devices would. The parts' squared norms and
//! that of their mean give Ĝ² and Ŝ (McCandlish et al. 2018, arXiv:1812.06162, eq. A.2, with the mean over all parts
//! for |g_small|²). Both are averaged with the same decay [`MEMORY`], so that their bias corrections cancel, and divided last. Nothing is
//! shown before 1/(1 − β) steps. The band resamples blocks of steps, weighted as the average weights them.
//!
//! The exact |G|² of a single step goes up and down several times over as the weights shake in their valley, so beside
//! the checkpoints there is an exact average to compare with: over every fifth step, with the same memory.
//! Batches are drawn with replacement, so E|g_B|² = |G|² + tr(Σ)/B holds exactly, with the training set's own Σ.

use super::estimate::{Estimate, estimate};
use super::exact::{ExactNoise, ExactPass};
use crate::experiment::digest::Digest;
use crate::theory::noise::{BatchNorm, TwoBatchEstimate, two_batch_estimate};
use crate::train::accumulate::MeanGradient;
use crate::train::batch::BatchSampler;
use crate::train::check::MAX_BATCH_SIZE;
use crate::train::classifier::Classifier;
use crate::train::data;
use crate::train::optim::Optimizer;
use crate::train::recording::{Plan, Recording};
use crate::train::reduce::{all_finite, sum_sq};
use crate::train::run::{DIVERGED_FACTOR, HighLoss};
use crate::train::spec::{
    Activation, ConfigError, ConfigField, Decay, OptimizerSpec, RunConfig, Sampling, Schedule,
    StopReason, TaskSpec, Warmup,
};
use crate::train::task::Task as _;
use crate::units::BatchSize;
use alloc::collections::VecDeque;
use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// β of the averages: they remember some 100 steps. GPT-NeoX uses the same.
pub const MEMORY: f64 = 0.99;
/// Steps before the first estimate, 1/(1 − β).
pub const WARM_UP: u64 = 100;
/// Steps of a block, and between two points.
const BLOCK: u64 = 10;
/// Blocks that the band resamples; what is older weighs less than 1 % of the newest.
const N_BLOCKS: usize = 46;
/// Examples of an exact pass in one unit of work.
const PIECE: u32 = 32;
/// Steps between two exact values of the average; odd, because at the edge of stability every other step is alike.
const EXACT_EVERY: u64 = 5;
const N_HIDDEN: u32 = 32;

/// What is measured: 64-32-10 with tanh, at a constant learning rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoiseConfig {
    pub optimizer: OptimizerSpec,
    pub lr: f64,
    /// m, examples per part.
    pub part_size: u32,
    /// n, at least 2.
    pub n_parts: u32,
    pub n_steps: u64,
    pub seed: u64,
}

impl NoiseConfig {
    /// B = n·m.
    pub fn batch_size(&self) -> u32 {
        self.part_size.saturating_mul(self.n_parts)
    }

    /// The training run that is watched.
    pub fn run(&self) -> RunConfig {
        let batch_size = self.batch_size();
        RunConfig {
            task: TaskSpec::Digits {
                n_hidden: N_HIDDEN,
                activation: Activation::Tanh,
            },
            optimizer: self.optimizer,
            schedule: Schedule {
                warmup: Warmup::None,
                decay: Decay::Constant,
            },
            sampling: Sampling::WithReplacement,
            lr: self.lr,
            batch_size,
            budget_examples: self.n_steps.saturating_mul(u64::from(batch_size)),
            target_loss: None,
            stop_at_target: false,
            seed: self.seed,
        }
    }
}

/// What the steps so far say.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Online {
    /// Average of |g_B|², the norm that a training job logs.
    pub raw_norm_sq: f64,
    /// Average of Ĝ². May be negative.
    pub grad_norm_sq: f64,
    /// B_simple; `None` while the noise hides it.
    pub scale: Option<Estimate>,
    /// Average of the exact |G|².
    pub exact_norm_sq: f64,
    /// B_simple as the ratio of the exact averages; `None` where the gradient vanishes.
    pub exact_scale: Option<f64>,
}

/// What is known at a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoisePoint {
    pub step: u64,
    /// After the warm-up, every tenth step and at the checkpoints.
    pub online: Option<Online>,
    /// At some forty steps.
    pub exact: Option<ExactNoise>,
}

/// A measurement under way. How it is cut into pieces changes no digit.
#[derive(Debug)]
pub struct NoiseRun {
    config: NoiseConfig,
    task: Classifier,
    sampler: BatchSampler,
    optimizer: Optimizer,
    plan: Plan,
    params: Vec<f32>, // [n_params]
    grad: Vec<f32>,   // [n_params]
    part: Vec<f32>,   // [n_params]
    batch: Vec<u32>,  // [B]
    step: u64,
    /// An exact pass at the present step.
    pass: Option<ExactPass>,
    raw: f64,                 // average of |g_B|², not corrected for its start
    signal: TwoBatchEstimate, // likewise
    exact: TwoBatchEstimate,  // average of exact values, likewise
    block: TwoBatchEstimate,  // sums of the present block
    blocks: VecDeque<TwoBatchEstimate>,
    points: Vec<NoisePoint>,
    /// Looks for divergence at the checkpoints, as a training run does; from the first of them on.
    high: Option<HighLoss>,
    stop: Option<StopReason>,
}

impl NoiseRun {
    /// Builds the network; nothing trains yet.
    ///
    /// # Errors
    /// The first field of the run out of range; fewer than two parts count as a batch out of range.
    pub fn new(config: NoiseConfig) -> Result<Self, ConfigError> {
        let valid = config.run().check()?;
        let run = valid.config();
        let batch_size = run.batch_size;
        if config.n_parts < 2 {
            return Err(ConfigError {
                field: ConfigField::BatchSize,
                value: f64::from(batch_size),
                min: 2.0 * f64::from(config.part_size),
                max: f64::from(MAX_BATCH_SIZE),
            });
        }
        let split = data::digits();
        let task = Classifier::new(
            split,
            &[N_HIDDEN],
            Activation::Tanh,
            config.part_size,
            run.sampling,
            config.seed,
        );
        let n_params = MeanGradient::n_params(&task);
        Ok(Self {
            config,
            sampler: BatchSampler::new(split.train.n_examples() as u32, run.sampling, config.seed),
            optimizer: Optimizer::new(config.optimizer, n_params),
            plan: Plan::new(run),
            params: task.init(),
            grad: vec![0.0; n_params],
            part: vec![0.0; n_params],
            batch: vec![0; batch_size as usize],
            step: 0,
            pass: Some(ExactPass::new(n_params)),
            raw: 0.0,
            signal: TwoBatchEstimate::ZERO,
            exact: TwoBatchEstimate::ZERO,
            block: TwoBatchEstimate::ZERO,
            blocks: VecDeque::new(),
            points: Vec::new(),
            high: None,
            task,
            stop: None,
        })
    }

    /// Does at most `n_units` units of work, each a step or a piece of an exact pass; whether the run is over.
    pub fn advance(&mut self, n_units: u32) -> bool {
        for _ in 0..n_units {
            if self.stop.is_some() {
                break;
            }
            self.work();
        }
        self.stop.is_some()
    }

    fn work(&mut self) {
        let Some(pass) = &mut self.pass else {
            return self.take_step();
        };
        let n_examples = data::digits().train.n_examples() as u32;
        let found = pass.advance(
            &mut self.task,
            &self.params,
            PIECE,
            n_examples,
            &mut self.part,
        );
        let Some(exact) = found else { return };
        self.pass = None;
        if !exact.is_finite() {
            return self.diverge(self.step);
        }
        let high = self
            .high
            .get_or_insert(HighLoss::above(DIVERGED_FACTOR * exact.loss));
        let diverged = high.add(self.step, exact.loss);
        self.record(Some(exact));
        if let Some(step) = diverged {
            self.diverge(step);
        }
    }

    fn take_step(&mut self) {
        let NoiseConfig {
            part_size, n_parts, ..
        } = self.config;
        self.sampler.draw(&mut self.batch);
        self.grad.fill(0.0);
        let share = 1.0 / f64::from(n_parts);
        let mut small = 0.0;
        for part in self.batch.chunks_exact(part_size as usize) {
            self.task.mean_gradient(&self.params, part, &mut self.part);
            small += share * sum_sq(&self.part);
            for (mean, g) in self.grad.iter_mut().zip(&self.part) {
                *mean += share as f32 * g;
            }
        }
        let big = sum_sq(&self.grad);
        let norm = |batch: u32, norm_sq| BatchNorm {
            batch: BatchSize::clamped(f64::from(batch)),
            norm_sq,
        };
        let pair = two_batch_estimate(norm(part_size, small), norm(self.config.batch_size(), big));
        // Norms that are not finite are refused there.
        let Ok(pair) = pair else {
            return self.diverge(self.step);
        };
        self.optimizer
            .step(self.config.lr, &mut self.params, &self.grad);
        self.step += 1;
        if !all_finite(&self.params) {
            return self.diverge(self.step);
        }
        self.raw = MEMORY * self.raw + (1.0 - MEMORY) * big;
        self.signal = self.signal.scaled(MEMORY);
        self.signal.add(1.0 - MEMORY, &pair);
        self.block.add(1.0, &pair);
        if self.step.is_multiple_of(BLOCK) {
            if self.blocks.len() == N_BLOCKS {
                self.blocks.pop_back();
            }
            self.blocks
                .push_front(core::mem::replace(&mut self.block, TwoBatchEstimate::ZERO));
        }
        if self.step.is_multiple_of(EXACT_EVERY) {
            let probe = self.task.probe(&self.params);
            let fade = libm::pow(MEMORY, EXACT_EVERY as f64);
            let now = TwoBatchEstimate {
                grad_norm_sq: probe.grad_norm_sq,
                noise_trace: probe.noise_trace,
            };
            self.exact = self.exact.scaled(fade);
            self.exact.add(1.0 - fade, &now);
        }
        if self.plan.after(self.step) == Recording::LossAndNoise {
            self.pass = Some(ExactPass::new(self.params.len()));
        } else {
            self.record(None);
        }
    }

    /// Notes what is known at the present step, and ends the run after its last.
    fn record(&mut self, exact: Option<ExactNoise>) {
        let is_due = exact.is_some() || self.step.is_multiple_of(BLOCK);
        let online = (is_due && self.step >= WARM_UP).then(|| self.online());
        if online.is_some() || exact.is_some() {
            self.points.push(NoisePoint {
                step: self.step,
                online,
                exact,
            });
        }
        if self.step >= self.config.n_steps {
            self.stop = Some(StopReason::BudgetSpent);
        }
    }

    fn online(&self) -> Online {
        let correction = 1.0 / (1.0 - libm::pow(MEMORY, self.step as f64));
        let total = self.signal.scaled(correction);
        let n_exact_steps = self.step - self.step % EXACT_EVERY;
        let exact = self
            .exact
            .scaled(1.0 / (1.0 - libm::pow(MEMORY, n_exact_steps as f64)));
        let fade = libm::pow(MEMORY, BLOCK as f64);
        let mut weight = 1.0;
        let mut blocks = Vec::with_capacity(self.blocks.len());
        for block in &self.blocks {
            blocks.push((weight, *block));
            weight *= fade;
        }
        Online {
            raw_norm_sq: correction * self.raw,
            grad_norm_sq: total.grad_norm_sq,
            scale: estimate(total, &blocks, self.config.seed ^ self.step << 32).ok(),
            exact_norm_sq: exact.grad_norm_sq,
            exact_scale: exact.noise_scale().ok(),
        }
    }

    fn diverge(&mut self, step: u64) {
        self.stop = Some(StopReason::Diverged { step });
    }

    /// Steps done.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// What was found so far, in order.
    pub fn points(&self) -> &[NoisePoint] {
        &self.points
    }

    /// Why the run ended, once it has.
    pub fn stop(&self) -> Option<StopReason> {
        self.stop
    }

    /// The parameters, [n_params].
    pub fn params(&self) -> &[f32] {
        &self.params
    }
}

/// Six digits over every number of a measurement.
pub fn digest(points: &[NoisePoint]) -> Digest {
    let mut digest = Digest::default();
    for point in points {
        digest.push(point.step);
        if let Some(online) = point.online {
            let scale = online.scale.map_or([0.0; 3], |s| [s.value, s.low, s.high]);
            let [value, low, high] = scale;
            let exact = online.exact_scale.unwrap_or(0.0);
            for number in [
                online.raw_norm_sq,
                online.grad_norm_sq,
                value,
                low,
                high,
                online.exact_norm_sq,
                exact,
            ] {
                digest.push(number.to_bits());
            }
        }
        if let Some(exact) = point.exact {
            let numbers = [
                exact.loss,
                exact.grad_norm_sq,
                exact.noise_trace,
                exact.grad_norm1,
                exact.deviation_norm1,
            ];
            for number in numbers {
                digest.push(number.to_bits());
            }
        }
    }
    digest
}
