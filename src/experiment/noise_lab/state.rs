//! From the panel's state to what is computed: the plane, its draws, and the measurement.

use super::digits::NoiseConfig;
use super::fan::{Pairs, estimate_pairs, gradients, sampled_radius};
use super::plane::{Plane, Vec2};
use crate::params::noise::NoiseState;
use crate::train::spec::OptimizerSpec;
use alloc::vec::Vec;

/// The plane at the point that the reader chose, or as far along the descent from it as they followed.
pub fn plane(state: &NoiseState) -> Plane {
    Plane::new(state.ratio, state.noise, [state.x, state.y]).followed(state.follow / 100.0)
}

/// The measurement on the digits. Adam's other numbers are PyTorch's.
pub fn noise_config(state: &NoiseState) -> NoiseConfig {
    NoiseConfig {
        optimizer: if state.is_adam {
            OptimizerSpec::Adam {
                beta1: 0.9,
                beta2: 0.999,
                eps: 1e-8,
                weight_decay: 0.0,
            }
        } else {
            OptimizerSpec::Sgd {
                momentum: 0.0,
                dampening: 0.0,
                nesterov: false,
                weight_decay: 0.0,
            }
        },
        lr: state.digits_lr,
        part_size: state.part_size as u32,
        n_parts: state.n_parts as u32,
        n_steps: state.n_steps as u64,
        seed: state.seed as u64,
    }
}

/// What is shown of the plane: the fan drawn at B, and the estimate from pairs.
#[derive(Clone, Debug, PartialEq)]
pub struct Lab {
    pub plane: Plane,
    pub gradients: Vec<Vec2>,
    /// Of the gradients, as drawn.
    pub radius: f64,
    /// `None` unless the estimator's batches increase.
    pub pairs: Option<Pairs>,
}

impl Lab {
    /// Of a state; the same state gives the same draws.
    pub fn of(state: &NoiseState) -> Self {
        let plane = plane(state);
        let (seed, rounds) = (state.seed as u64, state.rounds as u32);
        let n = state.n_samples as u32;
        let gradients = gradients(&plane, state.batch, n, seed, u64::from(rounds));
        Self {
            plane,
            radius: sampled_radius(&plane, &gradients),
            gradients,
            pairs: estimate_pairs(&plane, state.small, state.big, seed, rounds),
        }
    }
}
