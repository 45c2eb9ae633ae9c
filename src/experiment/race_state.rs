//! From the controls of the Race panel to a race, and which of their changes need a new one.

use super::lane_set::{LaneKind, LaneSet};
use super::race::{Lane, RaceConfig, WarmupChoice};
use super::sim_time::TimeModel;
use crate::params::race::{OptimizerKind, RaceState, TaskKind};
use crate::train::spec::{Activation, Decay, OptimizerSpec, Sampling, TaskSpec};
use crate::worker::protocol::NumberedRun;
use alloc::vec::Vec;

/// Factor of the stepwise decay (Goyal et al. 2017, arXiv:1706.02677, section 5.1).
const STEP_FACTOR: f64 = 0.1;

/// Everything that decides what is trained. Two states with equal plans can share one job.
#[derive(Clone, Debug, PartialEq)]
pub struct RacePlan {
    pub config: RaceConfig,
    pub lanes: Vec<Lane>,
    /// Without a target unless runs end there: otherwise it is only looked up in what was recorded.
    pub runs: Vec<NumberedRun>,
}

impl RaceConfig {
    /// The race that the controls describe. Values that belong to another task or optimiser do not count.
    pub fn of(state: &RaceState) -> Self {
        let lanes = LaneKind::ALL
            .into_iter()
            .filter(|kind| state.lanes & (1 << *kind as u32) != 0)
            .collect::<Vec<_>>();
        Self {
            task: task_of(state),
            optimizer: optimizer_of(state),
            sampling: if state.sampling == 0 {
                Sampling::WithReplacement
            } else {
                Sampling::WithoutReplacement
            },
            warmup: match state.warmup {
                1 => WarmupChoice::Gradual,
                2 => WarmupChoice::Constant,
                _ => WarmupChoice::None,
            },
            warmup_examples: state.warmup_examples as u64,
            decay: match state.decay {
                1 => Decay::Cosine {
                    final_fraction: 0.0,
                },
                2 => Decay::Steps {
                    factor: STEP_FACTOR,
                },
                _ => Decay::Constant,
            },
            base_batch: state.base_batch as u32,
            base_lr: state.base_lr,
            batch: state.batch as u32,
            noise_scale: state.noise_scale,
            lanes: LaneSet::of(&lanes),
            custom_lr: state.custom_lr,
            budget_examples: state.budget as u64,
            target_loss: state.target_loss,
            stop_at_target: state.stop_at_target,
            n_seeds: state.n_seeds(),
            seed: state.seed as u64,
        }
    }
}

impl RacePlan {
    /// The plan of a state, ready to be sent.
    pub fn of(state: &RaceState) -> Self {
        let config = RaceConfig::of(state);
        let mut runs = config.runs();
        if !config.stop_at_target {
            for run in &mut runs {
                run.config.target_loss = None;
            }
        }
        Self {
            lanes: config.lanes(),
            runs,
            config,
        }
    }

    /// Whether a job of this plan shows what `other` asks for. The custom learning rate does not count, because it
    /// can be changed while a job runs; nor does anything that leaves every run as it is.
    pub fn is_same_job(&self, other: &Self) -> bool {
        let place = |plan: &Self, run: u32| {
            let lane = plan.lanes.get(plan.config.place_of(run).0);
            lane.map(|lane| lane.kind)
        };
        self.runs.len() == other.runs.len()
            && self.config.n_seeds() == other.config.n_seeds()
            && self.runs.iter().zip(&other.runs).all(|(a, b)| {
                let kind = place(self, a.run);
                if kind != place(other, b.run) {
                    return false;
                }
                let mut config = b.config.clone();
                if kind == Some(LaneKind::Custom) {
                    config.lr = a.config.lr;
                }
                a.config == config
            })
    }

    /// Numbers of the runs of one lane, in seed order.
    pub fn runs_of(&self, lane_idx: usize) -> core::ops::Range<usize> {
        let n = self.config.n_seeds() as usize;
        lane_idx * n..(lane_idx + 1) * n
    }
}

/// Examples in the training set; `None` where samples are always fresh.
pub fn n_train_examples(task: TaskKind) -> Option<u32> {
    match task {
        TaskKind::Digits => Some(1437),
        TaskKind::Spirals => Some(512),
        TaskKind::LinearRegression | TaskKind::Quadratic => None,
    }
}

/// The machine that simulated time is about.
pub fn time_model(state: &RaceState) -> TimeModel {
    TimeModel {
        step_latency_s: state.latency_ms / 1000.0,
        examples_per_s: state.throughput,
    }
}

/// The task that the controls describe.
pub fn task_of(state: &RaceState) -> TaskSpec {
    let n_hidden = state.n_hidden as u32;
    let n_dims = state.n_dims as u32;
    let activation = if state.activation == 0 {
        Activation::Relu
    } else {
        Activation::Tanh
    };
    match state.task {
        TaskKind::Digits => TaskSpec::Digits {
            n_hidden,
            activation,
        },
        TaskKind::Spirals => TaskSpec::Spirals {
            n_hidden,
            activation,
        },
        TaskKind::LinearRegression => TaskSpec::LinearRegression {
            n_dims,
            noise_std: state.noise_std,
        },
        TaskKind::Quadratic => TaskSpec::Quadratic { n_dims },
    }
}

/// The optimiser that the controls describe.
pub fn optimizer_of(state: &RaceState) -> OptimizerSpec {
    let weight_decay = state.weight_decay;
    match state.optimizer {
        OptimizerKind::Sgd => OptimizerSpec::Sgd {
            momentum: 0.0,
            dampening: 0.0,
            nesterov: false,
            weight_decay,
        },
        OptimizerKind::Momentum => OptimizerSpec::Sgd {
            momentum: state.momentum,
            dampening: state.dampening,
            nesterov: false,
            weight_decay,
        },
        OptimizerKind::Nesterov => OptimizerSpec::Sgd {
            momentum: state.momentum,
            dampening: 0.0,
            nesterov: true,
            weight_decay,
        },
        OptimizerKind::RmsProp => OptimizerSpec::RmsProp {
            alpha: state.rms_alpha,
            eps: state.eps,
            momentum: state.momentum,
            centered: state.is_centered,
            weight_decay,
        },
        OptimizerKind::Adam => OptimizerSpec::Adam {
            beta1: state.beta1,
            beta2: state.beta2,
            eps: state.eps,
            weight_decay,
        },
        OptimizerKind::AdamW => OptimizerSpec::AdamW {
            beta1: state.beta1,
            beta2: state.beta2,
            eps: state.eps,
            weight_decay,
        },
    }
}
