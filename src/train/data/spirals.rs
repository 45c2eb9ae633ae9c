//! Two interleaved spirals in the plane, a problem that no straight line solves.
//!
//! Both arms leave the middle in opposite directions and make 1.5 turns. Points lie uniformly along the square of
//! the radius, so the outer turns are not thinner than the inner ones, and are displaced by normal noise.
//! Generated rather than embedded: the seed is fixed and the streams are frozen, so the points never change.

use core::f64::consts::PI;
use std::sync::OnceLock;

use alloc::vec::Vec;

use super::{DataSet, Split};
use crate::train::rng::{Rng, Stream};

const N_TRAIN: usize = 512;
const N_TEST: usize = 256;
const SEED: u64 = 2;
const N_TURNS: f64 = 1.5;
/// Where the arms begin; nearer to the middle the classes would overlap.
const INNER_RADIUS: f64 = 0.1;
/// Standard deviation of the displacement in each coordinate. The arms are 1/(2·1.5) = 0.33 apart.
const NOISE_STD: f64 = 0.03;

/// 512 training and 256 test points, classes 0 and 1 in equal numbers, coordinates within about ±1.
pub fn spirals() -> &'static Split {
    static SPLIT: OnceLock<Split> = OnceLock::new();
    SPLIT.get_or_init(|| {
        let mut rng = Rng::new(SEED, Stream::Data);
        let train = points(N_TRAIN, &mut rng);
        let test = points(N_TEST, &mut rng);
        Split { train, test }
    })
}

fn points(n_examples: usize, rng: &mut Rng) -> DataSet {
    let mut features = Vec::with_capacity(2 * n_examples);
    let mut labels = Vec::with_capacity(n_examples);
    for idx in 0..n_examples {
        let class = (idx % 2) as u8;
        let inner_sq = INNER_RADIUS * INNER_RADIUS;
        let radius = (inner_sq + (1.0 - inner_sq) * rng.uniform()).sqrt();
        let angle = 2.0 * PI * N_TURNS * radius + PI * f64::from(class);
        for direction in [libm::cos(angle), libm::sin(angle)] {
            features.push((radius * direction + NOISE_STD * rng.normal()) as f32);
        }
        labels.push(class);
    }
    DataSet {
        n_features: 2,
        n_classes: 2,
        features,
        labels,
    }
}
