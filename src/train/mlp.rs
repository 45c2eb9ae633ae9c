//! A multilayer perceptron with softmax cross-entropy: forward pass, gradient and per-example gradient norms.
//!
//! Symbols: layer l turns aₗ₋₁ into zₗ = aₗ₋₁·Wₗ + bₗ and aₗ = φ(zₗ); a₀ is the input and the last z holds the logits;
//! δₗ = ∂(loss of one example)/∂zₗ. Per example ∂loss/∂Wₗ = aₗ₋₁ᵀδₗ, so |gᵢ|² = Σₗ |δₗ|²·(|aₗ₋₁|² + 1), the 1 for
//! the bias (Goodfellow 2015, arXiv:1510.01799): every example's own gradient norm without a pass of its own.
//! Examples go through in chunks of [`CHUNK`], so memory and cache use do not grow with the batch.

use alloc::vec;
use alloc::vec::Vec;

use crate::train::gemm::{Gemm, Operand, Shape};
use crate::train::lanes::{f32x4, load, n_blocks, store, zero_where};
use crate::train::reduce::sum_sq;
use crate::train::rng::Rng;
use crate::train::spec::Activation;

/// Examples that pass through the layers together.
pub const CHUNK: usize = 256;

/// Where one layer's parameters lie: weights [n_in, n_out] row-major, then biases [n_out].
#[derive(Clone, Copy, Debug)]
struct Layer {
    n_in: usize,
    n_out: usize,
    first_param: usize,
}

impl Layer {
    const fn n_weights(self) -> usize {
        self.n_in * self.n_out
    }

    const fn n_params(self) -> usize {
        self.n_weights() + self.n_out
    }

    /// Weights and biases of this layer.
    fn split(self, params: &[f32]) -> (&[f32], &[f32]) {
        params[self.first_param..][..self.n_params()].split_at(self.n_weights())
    }
}

/// Sums over the examples of one or more passes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PassSums {
    /// Σ loss, in nats.
    pub loss: f64,
    /// Examples whose largest logit is their class; of equal logits the first counts.
    pub n_correct: u64,
    /// Σ |gᵢ|², squared norms of the examples' own gradients; 0 after passes without gradient.
    pub grad_norm_sq: f64,
}

/// The network's shape together with the buffers of its passes. Parameters live with the caller.
#[derive(Clone, Debug)]
pub struct Mlp {
    layers: Vec<Layer>,
    activation: Activation,
    gemm: Gemm,
    /// a₁ … and the logits, one per layer: [CHUNK, n_out].
    outputs: Vec<Vec<f32>>,
    /// δ of the layer at hand and of the one before it: [CHUNK, widest layer].
    delta: Vec<f32>,
    delta_before: Vec<f32>,
}

impl Mlp {
    /// A network of the given widths, input first, all at least 1; at least two of them.
    pub fn new(widths: &[usize], activation: Activation) -> Self {
        let mut n_params = 0;
        let layers: Vec<Layer> = widths
            .windows(2)
            .map(|pair| {
                let layer = Layer {
                    n_in: pair[0],
                    n_out: pair[1],
                    first_param: n_params,
                };
                n_params += layer.n_params();
                layer
            })
            .collect();
        let widest = widths.iter().copied().max().unwrap_or(0);
        let widest_output = layers.iter().map(|l| l.n_out).max().unwrap_or(0);
        // Inner indices run over a layer's inputs, its outputs or the examples of a chunk.
        let max_inner = widest.max(CHUNK);
        let max_right = layers
            .iter()
            .flat_map(|l| {
                [
                    Gemm::packed_len(l.n_in, l.n_out),
                    Gemm::packed_len(l.n_out, l.n_in),
                    Gemm::packed_len(CHUNK, l.n_out),
                ]
            })
            .max()
            .unwrap_or(0);
        Self {
            activation,
            gemm: Gemm::new(max_inner, max_right),
            outputs: layers.iter().map(|l| vec![0.0; CHUNK * l.n_out]).collect(),
            delta: vec![0.0; CHUNK * widest_output],
            delta_before: vec![0.0; CHUNK * widest_output],
            layers,
        }
    }

    /// Number of parameters: layer by layer the weights [n_in, n_out] row-major, then the biases [n_out].
    pub fn n_params(&self) -> usize {
        self.layers.iter().map(|l| l.n_params()).sum()
    }

    /// Initial weights and biases, uniform in ±1/√n_in of their layer, in the order of the parameters.
    /// The distribution of `torch.nn.Linear` (uniform Kaiming with a = √5).
    pub fn init(&self, rng: &mut Rng) -> Vec<f32> {
        let mut params = Vec::with_capacity(self.n_params());
        for layer in &self.layers {
            let bound = 1.0 / (layer.n_in as f64).sqrt();
            params.extend(
                (0..layer.n_params()).map(|_| (bound * (2.0 * rng.uniform() - 1.0)) as f32),
            );
        }
        params
    }

    /// Loss and accuracy of the examples with `features` [n, n_in] and `labels` [n], any n. Allocates nothing.
    pub fn evaluate(&mut self, params: &[f32], features: &[f32], labels: &[u8]) -> PassSums {
        let mut sums = PassSums::default();
        for (features, labels) in self.chunks(features, labels) {
            self.forward(params, features, labels.len());
            self.read_logits(labels, &mut sums);
        }
        sums
    }

    /// As [`Mlp::evaluate`], and adds Σ gᵢ, the sum (not the mean) of the gradients, to `grad` [n_params].
    pub fn add_gradient(
        &mut self,
        params: &[f32],
        features: &[f32],
        labels: &[u8],
        grad: &mut [f32],
    ) -> PassSums {
        let mut sums = PassSums::default();
        for (features, labels) in self.chunks(features, labels) {
            self.forward(params, features, labels.len());
            self.read_logits(labels, &mut sums);
            sums.grad_norm_sq += self.backward(params, features, labels.len(), grad);
        }
        sums
    }

    /// Hands the probability of class `class` to `each`, example by example.
    pub fn for_each_probability(
        &mut self,
        params: &[f32],
        features: &[f32],
        class: usize,
        mut each: impl FnMut(f32),
    ) {
        let n_in = self.layers.first().map_or(1, |l| l.n_in);
        let n_out = self.layers.last().map_or(1, |l| l.n_out);
        for features in features.chunks(CHUNK * n_in) {
            let n = features.len() / n_in;
            self.forward(params, features, n);
            for logits in self.logits(n).chunks_exact(n_out) {
                let chosen = logits[class];
                let others: f32 = logits.iter().map(|z| libm::expf(z - chosen)).sum();
                each(1.0 / others);
            }
        }
    }

    /// The examples in pieces of at most [`CHUNK`].
    fn chunks<'a>(
        &self,
        features: &'a [f32],
        labels: &'a [u8],
    ) -> impl Iterator<Item = (&'a [f32], &'a [u8])> + use<'a> {
        let n_in = self.layers.first().map_or(1, |l| l.n_in);
        features.chunks(CHUNK * n_in).zip(labels.chunks(CHUNK))
    }

    fn logits(&self, n: usize) -> &[f32] {
        let n_out = self.layers.last().map_or(0, |l| l.n_out);
        self.outputs
            .last()
            .map_or(&[], |logits| &logits[..n * n_out])
    }

    fn forward(&mut self, params: &[f32], features: &[f32], n: usize) {
        let n_layers = self.layers.len();
        for (idx, layer) in self.layers.iter().enumerate() {
            let (before, rest) = self.outputs.split_at_mut(idx);
            let input = before.last().map_or(features, |a| &a[..n * layer.n_in]);
            let output = &mut rest[0][..n * layer.n_out];
            let (weights, biases) = layer.split(params);
            for row in output.chunks_exact_mut(layer.n_out) {
                for i in 0..n_blocks(biases.len()) {
                    store(row, i, load(biases, i));
                }
            }
            let shape = Shape {
                n_rows: n,
                n_inner: layer.n_in,
                n_cols: layer.n_out,
            };
            self.gemm.add_product(
                shape,
                Operand::Plain(input),
                Operand::Plain(weights),
                output,
            );
            if idx + 1 < n_layers {
                activate(self.activation, output);
            }
        }
    }

    /// Adds up the losses and leaves softmax(z) − onehot(label), the δ of the last layer, in `self.delta`.
    ///
    /// With m = max z the loss of class y is ln Σ exp(zⱼ − m) + m − z_y, the sum taken without its largest term, 1,
    /// and passed to log1p; δ_y is minus the sum of the other probabilities. Neither overflows nor rounds to 0
    /// where the network is sure and right.
    fn read_logits(&mut self, labels: &[u8], sums: &mut PassSums) {
        let n_out = self.layers.last().map_or(1, |l| l.n_out);
        let logits = self.outputs.last().map_or(&[][..], |logits| &logits[..]);
        let rows = logits
            .chunks_exact(n_out)
            .zip(self.delta.chunks_exact_mut(n_out));
        for ((logits, delta), &label) in rows.zip(labels) {
            let label = usize::from(label);
            let mut best = 0;
            for (j, z) in logits.iter().enumerate() {
                if *z > logits[best] {
                    best = j;
                }
            }
            let (mut without_best, mut without_label) = (0.0_f64, 0.0_f64);
            for (j, (z, e)) in logits.iter().zip(delta.iter_mut()).enumerate() {
                *e = libm::expf(z - logits[best]);
                let term = f64::from(*e);
                without_best += if j == best { 0.0 } else { term };
                without_label += if j == label { 0.0 } else { term };
            }
            // NaN or infinite logits give a NaN loss here (∞ − ∞), never a finite one.
            let gap = f64::from(logits[best]) - f64::from(logits[label]);
            let own = f64::from(delta[best] - 1.0);
            sums.loss += libm::log1p(without_best) + gap + own;
            sums.n_correct += u64::from(best == label);
            let total = (1.0 + without_best) as f32;
            for e in delta.iter_mut() {
                *e /= total;
            }
            delta[label] = -(without_label as f32 / total);
        }
    }

    /// Adds Σ gᵢ to `grad` and returns Σ |gᵢ|². Needs `forward` and `read_logits` of the same examples before.
    fn backward(&mut self, params: &[f32], features: &[f32], n: usize, grad: &mut [f32]) -> f64 {
        let mut norm_sq = 0.0;
        for (idx, layer) in self.layers.iter().enumerate().rev() {
            let is_first = idx == 0;
            let input = if is_first {
                &features[..n * layer.n_in]
            } else {
                &self.outputs[idx - 1][..n * layer.n_in]
            };
            let delta = &self.delta[..n * layer.n_out];
            let rows = input
                .chunks_exact(layer.n_in)
                .zip(delta.chunks_exact(layer.n_out));
            for (a, delta) in rows {
                norm_sq += sum_sq(delta) * (sum_sq(a) + 1.0);
            }
            let (grad_weights, grad_biases) =
                grad[layer.first_param..][..layer.n_params()].split_at_mut(layer.n_weights());
            for delta in delta.chunks_exact(layer.n_out) {
                for i in 0..n_blocks(delta.len()) {
                    store(grad_biases, i, load(grad_biases, i) + load(delta, i));
                }
            }
            let shape = Shape {
                n_rows: layer.n_in,
                n_inner: n,
                n_cols: layer.n_out,
            };
            self.gemm.add_product(
                shape,
                Operand::Transposed(input),
                Operand::Plain(delta),
                grad_weights,
            );
            if is_first {
                break;
            }
            let (weights, _) = layer.split(params);
            let before = &mut self.delta_before[..n * layer.n_in];
            before.fill(0.0);
            let shape = Shape {
                n_rows: n,
                n_inner: layer.n_out,
                n_cols: layer.n_in,
            };
            self.gemm.add_product(
                shape,
                Operand::Plain(delta),
                Operand::Transposed(weights),
                before,
            );
            multiply_by_slope(self.activation, input, before);
            core::mem::swap(&mut self.delta, &mut self.delta_before);
        }
        norm_sq
    }
}

/// a = φ(z) in place. A NaN stays one, so that the loss shows it.
fn activate(activation: Activation, values: &mut [f32]) {
    match activation {
        Activation::Relu => {
            for i in 0..n_blocks(values.len()) {
                let z = load(values, i);
                store(values, i, zero_where(z.simd_lt(f32x4::ZERO), z));
            }
        }
        Activation::Tanh => values.iter_mut().for_each(|z| *z = libm::tanhf(*z)),
    }
}

/// δ ·= φ′(z), written in terms of a = φ(z).
fn multiply_by_slope(activation: Activation, outputs: &[f32], delta: &mut [f32]) {
    for i in 0..n_blocks(delta.len()) {
        let (d, a) = (load(delta, i), load(outputs, i));
        let product = match activation {
            Activation::Relu => d & a.simd_gt(f32x4::ZERO),
            Activation::Tanh => d * (f32x4::ONE - a * a),
        };
        store(delta, i, product);
    }
}
