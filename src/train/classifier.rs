//! A perceptron on a finite, labelled data set: the digits and the spirals.

use alloc::vec;
use alloc::vec::Vec;

use crate::train::accumulate::MeanGradient;
use crate::train::batch::{BatchSampler, DrawVariance};
use crate::train::data::{DataSet, Split};
use crate::train::lanes::set_multiple;
use crate::train::mlp::{CHUNK, Gathering, Mlp, PassSums};
use crate::train::reduce::sum_sq;
use crate::train::rng::{Rng, Stream};
use crate::train::spec::{Activation, DecisionGrid, NoiseProbe, Sampling};
use crate::train::task::{BatchGradient, Evaluation, Task};

/// The decision picture shows this square around the origin: ±1.2 in both coordinates, a little more than the data.
pub const DECISION_EXTENT: f32 = 1.2;

/// Longest side of a decision picture in points.
pub const MAX_GRID_SIDE: u32 = 512;

/// A data set, a network, and the batches drawn from the one to train the other.
#[derive(Clone, Debug)]
pub struct Classifier {
    split: &'static Split,
    mlp: Mlp,
    sampler: BatchSampler,
    seed: u64,
    batch: Vec<u32>,          // [B]
    chunk_features: Vec<f32>, // [CHUNK, n_features], gathered examples
    chunk_labels: Vec<u8>,    // [CHUNK]
    full_grad: Vec<f32>,      // [n_params], for probes
}

impl Classifier {
    /// A network with the given hidden layers on `split`.
    pub fn new(
        split: &'static Split,
        hidden: &[u32],
        activation: Activation,
        batch_size: u32,
        sampling: Sampling,
        seed: u64,
    ) -> Self {
        let train = &split.train;
        let widths: Vec<usize> = core::iter::once(train.n_features)
            .chain(hidden.iter().map(|n| *n as usize))
            .chain(core::iter::once(train.n_classes))
            .collect();
        let mlp = Mlp::new(&widths, activation);
        Self {
            split,
            sampler: BatchSampler::new(train.n_examples() as u32, sampling, seed),
            seed,
            batch: vec![0; batch_size as usize],
            chunk_features: vec![0.0; CHUNK.min(batch_size as usize).max(1) * train.n_features],
            chunk_labels: vec![0; CHUNK.min(batch_size as usize).max(1)],
            full_grad: vec![0.0; mlp.n_params()],
            mlp,
        }
    }

    /// Writes the mean gradient over `examples` to `grad`; the sums are over those examples.
    fn gradient_over(
        &mut self,
        params: &[f32],
        examples: &[u32],
        has_norms: bool,
        grad: &mut [f32],
    ) -> PassSums {
        let train = &self.split.train;
        let mut sums = PassSums::default();
        let mut gathering = mean_of(examples.len(), has_norms);
        for indices in examples.chunks(self.chunk_labels.len()) {
            let features = &mut self.chunk_features[..indices.len() * train.n_features];
            let labels = &mut self.chunk_labels[..indices.len()];
            let rows = features
                .chunks_exact_mut(train.n_features)
                .zip(labels.iter_mut());
            for ((row, label), &idx) in rows.zip(indices) {
                // `copy_from_slice` would call out of the WebAssembly module for every example.
                set_multiple(row, 1.0, train.example(idx as usize));
                *label = train.labels[idx as usize];
            }
            let chunk = self.mlp.gradient(params, features, labels, gathering, grad);
            gathering.is_added = true;
            sums.loss += chunk.loss;
            sums.n_correct += chunk.n_correct;
            sums.grad_norm_sq += chunk.grad_norm_sq;
        }
        sums
    }

    /// As [`Self::gradient_over`], for the next batch of the run.
    fn next_gradient(
        &mut self,
        params: &[f32],
        has_norms: bool,
        grad: &mut [f32],
    ) -> (DrawVariance, PassSums) {
        let mut batch = core::mem::take(&mut self.batch);
        let variance = self.sampler.draw(&mut batch);
        let sums = self.gradient_over(params, &batch, has_norms, grad);
        self.batch = batch;
        (variance, sums)
    }
}

/// The mean of `n` gradients.
fn mean_of(n: usize, has_norms: bool) -> Gathering {
    Gathering {
        weight: (1.0 / n as f64) as f32,
        is_added: false,
        has_norms,
    }
}

fn mean(sum: f64, data: &DataSet) -> f64 {
    sum / data.n_examples() as f64
}

impl MeanGradient for Classifier {
    fn n_params(&self) -> usize {
        self.mlp.n_params()
    }

    fn mean_gradient(&mut self, params: &[f32], examples: &[u32], grad: &mut [f32]) -> f64 {
        self.gradient_over(params, examples, false, grad).loss / examples.len() as f64
    }
}

impl Task for Classifier {
    fn n_params(&self) -> usize {
        self.mlp.n_params()
    }

    fn init(&self) -> Vec<f32> {
        self.mlp.init(&mut Rng::new(self.seed, Stream::Init))
    }

    fn batch_gradient(&mut self, params: &[f32], grad: &mut [f32]) -> BatchGradient {
        let (variance, sums) = self.next_gradient(params, true, grad);
        let batch_size = self.batch.len() as f64;
        let norm_sq = sum_sq(grad);
        BatchGradient {
            loss: sums.loss / batch_size,
            norm_sq,
            corrected_norm_sq: variance.corrected_norm_sq(norm_sq, sums.grad_norm_sq / batch_size),
        }
    }

    fn loss_gradient(&mut self, params: &[f32], grad: &mut [f32]) -> f64 {
        let (_, sums) = self.next_gradient(params, false, grad);
        sums.loss / self.batch.len() as f64
    }

    fn train_loss(&mut self, params: &[f32]) -> f64 {
        let train = &self.split.train;
        let sums = self.mlp.evaluate(params, &train.features, &train.labels);
        mean(sums.loss, train)
    }

    fn evaluate(&mut self, params: &[f32]) -> Evaluation {
        let Split { train, test } = self.split;
        let on_train = self.mlp.evaluate(params, &train.features, &train.labels);
        let on_test = self.mlp.evaluate(params, &test.features, &test.labels);
        Evaluation {
            train_loss: mean(on_train.loss, train),
            test_loss: Some(mean(on_test.loss, test)),
            test_accuracy: Some(mean(on_test.n_correct as f64, test)),
        }
    }

    /// One pass over the training set: tr(Σ) = mean|gᵢ|² − |G|², the covariance with divisor N.
    fn probe(&mut self, params: &[f32]) -> NoiseProbe {
        let train = &self.split.train;
        let sums = self.mlp.gradient(
            params,
            &train.features,
            &train.labels,
            mean_of(train.n_examples(), true),
            &mut self.full_grad,
        );
        let norm_sq = sum_sq(&self.full_grad);
        NoiseProbe::new(norm_sq, (mean(sums.grad_norm_sq, train) - norm_sq).max(0.0))
    }

    /// Points are the centres of `n_side`² equal cells of the square ±[`DECISION_EXTENT`]; the first row has the
    /// largest second coordinate. `n_side` is at most [`MAX_GRID_SIDE`]. There is no picture of a network that no
    /// longer gives numbers, after divergence.
    fn decision_grid(&self, params: &[f32], n_side: u32) -> Option<DecisionGrid> {
        if self.split.train.n_features != 2 || self.split.train.n_classes != 2 {
            return None;
        }
        let n_side = n_side.min(MAX_GRID_SIDE);
        let coordinate = |i: u32| DECISION_EXTENT * ((2 * i + 1) as f32 / n_side as f32 - 1.0);
        let points: Vec<f32> = (0..n_side)
            .flat_map(|row| (0..n_side).flat_map(move |col| [coordinate(col), -coordinate(row)]))
            .collect();
        let mut is_number = true;
        let mut class_one = Vec::with_capacity((n_side * n_side) as usize);
        // A copy of the network for its buffers: pictures are rare, and a run stays readable while it is shown.
        self.mlp
            .clone()
            .for_each_probability(params, &points, 1, |p| {
                is_number &= p.is_finite();
                class_one.push((p * 255.0 + 0.5) as u8);
            });
        if !is_number {
            class_one.clear();
        }
        Some(DecisionGrid { n_side, class_one })
    }
}
