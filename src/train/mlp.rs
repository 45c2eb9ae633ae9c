//! A multilayer perceptron with softmax cross-entropy: forward pass, gradient and per-example gradient norms.
//!
//! Symbols: layer l turns aₗ₋₁ into zₗ = aₗ₋₁·Wₗ + bₗ and aₗ = φ(zₗ); a₀ is the input and the last z holds the logits;
//! δₗ = ∂(loss of one example)/∂zₗ. Per example ∂loss/∂Wₗ = aₗ₋₁ᵀδₗ, so |gᵢ|² = Σₗ |δₗ|²·(|aₗ₋₁|² + 1), the 1 for
//! the bias (Goodfellow 2015, arXiv:1510.01799): every example's own gradient norm without a pass of its own.
//! Examples go through in chunks of [`CHUNK`], so memory and cache use do not grow with the batch.

use alloc::vec;
use alloc::vec::Vec;

use crate::train::elementwise::{exp, tanh};
use crate::train::gemm::{Gemm, Operand, Shape, Start};
use crate::train::lanes::{LANES, add_multiple, f32x4, n_blocks, splat, zero_where};
use crate::train::reduce::dot_in_place;
use crate::train::rng::Rng;
use crate::train::spec::Activation;

/// Examples that pass through the layers together; a multiple of the lanes of a block.
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
    /// Σ |gᵢ|², squared norms of the examples' own gradients; 0 after passes that did not ask for it.
    pub grad_norm_sq: f64,
}

/// What a pass does with the gradients of its examples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gathering {
    /// Factor of every gradient: 1 for their sum, 1/B for the mean of a batch. Above 0.
    pub weight: f32,
    /// Whether the sum is added to the buffer, instead of replacing what it holds.
    pub is_added: bool,
    /// Whether the examples' own norms are wanted, which are never weighted.
    pub has_norms: bool,
}

/// The network's shape together with the buffers of its passes. Parameters live with the caller.
#[derive(Clone, Debug)]
pub struct Mlp {
    layers: Vec<Layer>,
    activation: Activation,
    gemm: Gemm,
    /// a₁ … and the logits, one per layer: [CHUNK, n_out].
    outputs: Vec<Vec<f32>>,
    /// Logits, then exponentials, of four examples: [widest layer, LANES].
    lanes: Vec<f32>,
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
            lanes: vec![0.0; LANES * widest_output],
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
            self.read_logits(labels, None, &mut sums);
        }
        sums
    }

    /// As [`Mlp::evaluate`], and gathers Σ gᵢ, the weighted sum of the gradients, in `grad` [n_params].
    pub fn gradient(
        &mut self,
        params: &[f32],
        features: &[f32],
        labels: &[u8],
        mut gathering: Gathering,
        grad: &mut [f32],
    ) -> PassSums {
        let mut sums = PassSums::default();
        for (features, labels) in self.chunks(features, labels) {
            self.forward(params, features, labels.len());
            self.read_logits(labels, Some(gathering.weight), &mut sums);
            sums.grad_norm_sq += self.backward(params, features, labels.len(), gathering, grad);
            gathering.is_added = true;
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
            let output = &mut rest[0];
            let (weights, biases) = layer.split(params);
            let shape = Shape {
                n_rows: n,
                n_inner: layer.n_in,
                n_cols: layer.n_out,
            };
            self.gemm.product(
                shape,
                Operand::Plain(input),
                Operand::Plain(weights),
                Start::Row(biases),
                &mut output[..n * layer.n_out],
            );
            if idx + 1 < n_layers {
                activate(self.activation, whole_blocks(output, n * layer.n_out));
            }
        }
    }

    /// Adds up the losses and, with a weight, leaves weight·(softmax(z) − onehot(label)), the δ of the last layer, in
    /// `self.delta`.
    ///
    /// With m = max z the loss of class y is ln(1 + s) + m − z_y, where s = Σ exp(zⱼ − m) without its largest term, 1;
    /// δ_y is minus the sum of the other probabilities. Neither overflows nor rounds to 0 where the network is sure
    /// and right. The logarithms of several examples are taken together, as log1p(u) with 1 + u = Π(1 + s).
    /// Four examples go side by side, one in each lane.
    fn read_logits(&mut self, labels: &[u8], weight: Option<f32>, sums: &mut PassSums) {
        let n_out = self.layers.last().map_or(1, |l| l.n_out);
        let logits = self.outputs.last().map_or(&[][..], |logits| &logits[..]);
        let lanes = self.lanes[..LANES * n_out].as_chunks_mut::<LANES>().0;
        let groups = logits
            .chunks_exact(LANES * n_out)
            .zip(self.delta.chunks_exact_mut(LANES * n_out));
        let mut product_minus_one = 0.0_f64;
        for ((logits, delta), labels) in groups.zip(labels.chunks(LANES)) {
            // Lanes without an example hold old numbers and a class that does not exist, and are not looked at.
            let mut classes = [-1.0; LANES];
            for (class, label) in classes.iter_mut().zip(labels) {
                *class = f32::from(*label);
            }
            let label = f32x4::new(classes);
            // The four rows; calls of a closure would stay calls in a build for size.
            let (first, second) = logits.split_at(2 * n_out);
            let ((z0, z1), (z2, z3)) = (first.split_at(n_out), second.split_at(n_out));
            let mut best = splat(f32::NEG_INFINITY);
            let (mut best_idx, mut own) = (f32x4::ZERO, f32x4::ZERO);
            let rows = z0.iter().zip(z1).zip(z2).zip(z3);
            let mut idx = f32x4::ZERO;
            for (lane, (((z0, z1), z2), z3)) in lanes.iter_mut().zip(rows) {
                let z = f32x4::new([*z0, *z1, *z2, *z3]);
                *lane = z.to_array();
                let is_better = z.simd_gt(best);
                best = is_better.bitselect(z, best);
                best_idx = is_better.bitselect(idx, best_idx);
                own = label.simd_eq(idx).bitselect(z, own);
                idx += f32x4::ONE;
            }
            let (mut without_best, mut without_label) = (f32x4::ZERO, f32x4::ZERO);
            let mut idx = f32x4::ZERO;
            for lane in lanes.iter_mut() {
                let e = exp(f32x4::new(*lane) - best);
                *lane = e.to_array();
                without_best += zero_where(best_idx.simd_eq(idx), e);
                without_label += zero_where(label.simd_eq(idx), e);
                idx += f32x4::ONE;
            }
            // NaN or infinite logits give a NaN loss here (∞ − ∞, ∞·0), never a finite one.
            let gaps = ((best - own) + best * f32x4::ZERO).to_array();
            let without_best_lanes = without_best.to_array();
            for ((gap, s), _) in gaps.iter().zip(&without_best_lanes).zip(labels) {
                sums.loss += f64::from(*gap);
                let s = f64::from(*s);
                product_minus_one += s + product_minus_one * s;
            }
            let is_correct = best_idx.simd_eq(label);
            sums.n_correct += u64::from(is_correct.to_bitmask().count_ones());
            // Far from overflow, as s is at most the number of classes.
            if product_minus_one > 1e100 {
                sums.loss += libm::log1p(product_minus_one);
                product_minus_one = 0.0;
            }
            if let Some(weight) = weight {
                let factor = splat(weight) / (splat(1.0) + without_best);
                let own = f32x4::ZERO - without_label * factor;
                let (first, second) = delta.split_at_mut(2 * n_out);
                let (d0, d1) = first.split_at_mut(n_out);
                let (d2, d3) = second.split_at_mut(n_out);
                let rows = d0.iter_mut().zip(d1).zip(d2).zip(d3);
                let mut idx = f32x4::ZERO;
                for (lane, (((d0, d1), d2), d3)) in lanes.iter().zip(rows) {
                    let e = f32x4::new(*lane) * factor;
                    let d = label.simd_eq(idx).bitselect(own, e);
                    [*d0, *d1, *d2, *d3] = d.to_array();
                    idx += f32x4::ONE;
                }
            }
        }
        sums.loss += libm::log1p(product_minus_one);
    }

    /// Gathers Σ gᵢ in `grad` and returns Σ |gᵢ|², if asked for, else 0.
    /// Needs `forward` and `read_logits` of the same examples before.
    fn backward(
        &mut self,
        params: &[f32],
        features: &[f32],
        n: usize,
        gathering: Gathering,
        grad: &mut [f32],
    ) -> f64 {
        let mut norm_sq = 0.0;
        for (idx, layer) in self.layers.iter().enumerate().rev() {
            let is_first = idx == 0;
            let input = if is_first {
                &features[..n * layer.n_in]
            } else {
                &self.outputs[idx - 1][..n * layer.n_in]
            };
            let delta = &self.delta[..n * layer.n_out];
            if gathering.has_norms {
                let rows = input
                    .chunks_exact(layer.n_in)
                    .zip(delta.chunks_exact(layer.n_out));
                // In place, so that this function holds vectors. WebKit compiles such functions at once; others it begins to
                // interpret, and where it changes over within a loop it spoils the scalars of that loop, here the weight
                // and the sum (WebKit pull request 52960): one probe in some thousands came out wrong.
                for (a, delta) in rows {
                    norm_sq += dot_in_place(delta, delta) * (dot_in_place(a, a) + 1.0);
                }
            }
            let (grad_weights, grad_biases) =
                grad[layer.first_param..][..layer.n_params()].split_at_mut(layer.n_weights());
            if !gathering.is_added {
                grad_biases.fill(0.0);
            }
            for delta in delta.chunks_exact(layer.n_out) {
                add_multiple(grad_biases, 1.0, delta);
            }
            let shape = Shape {
                n_rows: layer.n_in,
                n_inner: n,
                n_cols: layer.n_out,
            };
            let start = if gathering.is_added {
                Start::Old
            } else {
                Start::Zero
            };
            self.gemm.product(
                shape,
                Operand::Transposed(input),
                Operand::Plain(delta),
                start,
                grad_weights,
            );
            if is_first {
                break;
            }
            let (weights, _) = layer.split(params);
            let shape = Shape {
                n_rows: n,
                n_inner: layer.n_out,
                n_cols: layer.n_in,
            };
            self.gemm.product(
                shape,
                Operand::Plain(delta),
                Operand::Transposed(weights),
                Start::Zero,
                &mut self.delta_before[..n * layer.n_in],
            );
            multiply_by_slope(
                self.activation,
                whole_blocks(&mut self.outputs[idx - 1], n * layer.n_in),
                whole_blocks(&mut self.delta_before, n * layer.n_in),
            );
            core::mem::swap(&mut self.delta, &mut self.delta_before);
        }
        // δ carried the weight.
        norm_sq / (f64::from(gathering.weight) * f64::from(gathering.weight))
    }
}

/// The blocks that hold the first `len` numbers of a buffer for [`CHUNK`] examples. The last block may go on into
/// numbers of earlier passes, which nobody reads.
fn whole_blocks(buffer: &mut [f32], len: usize) -> &mut [[f32; LANES]] {
    &mut buffer.as_chunks_mut().0[..n_blocks(len)]
}

/// a = φ(z) in place. A NaN stays one, so that the loss shows it.
fn activate(activation: Activation, values: &mut [[f32; LANES]]) {
    match activation {
        Activation::Relu => {
            for lanes in values {
                let z = f32x4::new(*lanes);
                *lanes = zero_where(z.simd_lt(f32x4::ZERO), z).to_array();
            }
        }
        Activation::Tanh => {
            for lanes in values {
                *lanes = tanh(f32x4::new(*lanes)).to_array();
            }
        }
    }
}

/// δ ·= φ′(z), written in terms of a = φ(z).
fn multiply_by_slope(activation: Activation, outputs: &[[f32; LANES]], delta: &mut [[f32; LANES]]) {
    for (delta, output) in delta.iter_mut().zip(outputs) {
        let (d, a) = (f32x4::new(*delta), f32x4::new(*output));
        let product = match activation {
            Activation::Relu => d & a.simd_gt(f32x4::ZERO),
            Activation::Tanh => d * (splat(1.0) - a * a),
        };
        *delta = product.to_array();
    }
}
