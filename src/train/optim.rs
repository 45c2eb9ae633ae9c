//! The optimisers, by PyTorch's definitions (`torch.optim`, version 2.x), in f32.
//!
//! Symbols: θ parameters, g mean gradient of the batch, η learning rate, λ weight decay, t step counted from 1,
//! μ momentum, τ dampening, b momentum buffer, m and v running means of g and g². All state starts at 0.
//! Coefficients that are the same for all parameters are computed in f64 and rounded once per step.
//! Sources: Sutskever et al. 2013 (momentum and Nesterov's variant), Hinton's lecture 6e and Graves 2013
//! (arXiv:1308.0850, eqs. 38 to 41; RMSprop), Kingma and Ba 2015 (arXiv:1412.6980, algorithm 1; Adam),
//! Loshchilov and Hutter 2019 (arXiv:1711.05101, algorithm 2; AdamW).

use alloc::vec;
use alloc::vec::Vec;

use crate::train::lanes::{LANES, f32x4, is_finite, load, n_blocks, splat, store, zero_where};
use crate::train::spec::OptimizerSpec;

/// An optimiser and its state for `n_params` parameters.
#[derive(Clone, Debug)]
pub struct Optimizer {
    spec: OptimizerSpec,
    /// Steps done.
    n_steps: u64,
    /// b, or m for Adam and AdamW; [n_params], empty where not needed.
    first: Vec<f32>,
    /// v; [n_params], empty for SGD.
    second: Vec<f32>,
    /// Running mean of g of centred RMSprop; [n_params], else empty.
    mean: Vec<f32>,
}

impl Optimizer {
    /// An optimiser at its start. Allocates all the memory it will ever need.
    ///
    /// Expects finite hyper-parameters with 0 ≤ μ, α, β₁, β₂ < 1 and ε, λ ≥ 0, as `RunConfig::check` guarantees.
    pub fn new(spec: OptimizerSpec, n_params: usize) -> Self {
        let buffer = |is_needed: bool| {
            if is_needed {
                vec![0.0; n_params]
            } else {
                Vec::new()
            }
        };
        let (first, second, mean) = match spec {
            OptimizerSpec::Sgd { momentum, .. } => (momentum > 0.0, false, false),
            OptimizerSpec::RmsProp {
                momentum, centered, ..
            } => (momentum > 0.0, true, centered),
            OptimizerSpec::Adam { .. } | OptimizerSpec::AdamW { .. } => (true, true, false),
        };
        Self {
            spec,
            n_steps: 0,
            first: buffer(first),
            second: buffer(second),
            mean: buffer(mean),
        }
    }

    /// One update of `params` along the mean gradient `grad`, both [n_params]; allocates nothing.
    ///
    /// SGD (momentum μ = 0 leaves out b):
    ///
    ///     g ← g + λθ;   b ← g at t = 1, else μb + (1 − τ)g;   θ ← θ − η·(g + μb if Nesterov, else b)
    ///
    /// The learning rate is outside b, so a change of η acts at once on the whole buffer.
    ///
    /// RMSprop (no bias correction; ε after the root):
    ///
    ///     g ← g + λθ;   v ← αv + (1 − α)g²;   centred: ḡ ← αḡ + (1 − α)g
    ///     d = √v + ε, centred √(v − ḡ²) + ε;   θ ← θ − η·g/d, with momentum b ← μb + g/d, θ ← θ − η·b
    ///
    /// Adam (ε after the bias correction):
    ///
    ///     g ← g + λθ;   m ← β₁m + (1 − β₁)g;   v ← β₂v + (1 − β₂)g²
    ///     θ ← θ − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)
    ///
    /// AdamW: Adam without λ in g, and θ ← θ(1 − ηλ) first.
    ///
    /// Unlike PyTorch, ε below the smallest normal f32 counts as that, and v − ḡ² below 0, which only rounding can
    /// cause, counts as 0: a parameter whose gradient stays 0 must not become NaN. Buffers of SGD and Adam that fall
    /// below the smallest normal f32 are set to 0.
    ///
    /// Returns whether all parameters are finite. A gradient that is not makes its parameter NaN or infinite, whatever
    /// the optimiser and its coefficients: ∞·0, ∞/∞ and ∞ − ∞ are NaN.
    pub fn step(&mut self, lr: f64, params: &mut [f32], grad: &[f32]) -> bool {
        let is_first = self.n_steps == 0;
        self.n_steps += 1;
        match self.spec {
            OptimizerSpec::Sgd {
                momentum,
                dampening,
                nesterov,
                weight_decay,
            } => {
                let c = SgdStep {
                    lr: coefficient(lr),
                    weight_decay: coefficient(weight_decay),
                    momentum: coefficient(momentum),
                    gain: if is_first {
                        f32x4::ONE
                    } else {
                        coefficient(1.0 - dampening)
                    },
                };
                if self.first.is_empty() {
                    if weight_decay == 0.0 {
                        c.plain::<false>(params, grad)
                    } else {
                        c.plain::<true>(params, grad)
                    }
                } else if nesterov {
                    c.with_momentum::<true>(params, grad, &mut self.first)
                } else {
                    c.with_momentum::<false>(params, grad, &mut self.first)
                }
            }
            OptimizerSpec::RmsProp {
                alpha,
                eps,
                momentum,
                weight_decay,
                ..
            } => {
                let c = RmsPropStep {
                    lr: coefficient(lr),
                    weight_decay: coefficient(weight_decay),
                    momentum: coefficient(momentum),
                    alpha: coefficient(alpha),
                    one_minus_alpha: coefficient(1.0 - alpha),
                    eps: splat(representable(eps)),
                };
                c.apply(
                    params,
                    grad,
                    &mut self.second,
                    &mut self.mean,
                    &mut self.first,
                )
            }
            OptimizerSpec::Adam {
                beta1,
                beta2,
                eps,
                weight_decay,
            } => {
                let c = AdamStep::new(lr, self.n_steps, beta1, beta2, eps, weight_decay);
                if weight_decay == 0.0 {
                    c.apply::<NO_DECAY>(params, grad, &mut self.first, &mut self.second)
                } else {
                    c.apply::<IN_GRADIENT>(params, grad, &mut self.first, &mut self.second)
                }
            }
            OptimizerSpec::AdamW {
                beta1,
                beta2,
                eps,
                weight_decay,
            } => {
                let c = AdamStep::new(lr, self.n_steps, beta1, beta2, eps, lr * weight_decay);
                c.apply::<DECOUPLED>(params, grad, &mut self.first, &mut self.second)
            }
        }
    }
}

/// One coefficient for all parameters, rounded.
fn coefficient(value: f64) -> f32x4 {
    splat(value as f32)
}

/// ε as f32, positive.
fn representable(eps: f64) -> f32 {
    (eps as f32).max(f32::MIN_POSITIVE)
}

/// Coefficients of one SGD step.
struct SgdStep {
    lr: f32x4,
    weight_decay: f32x4,
    momentum: f32x4,
    /// 1 − τ, but 1 at the first step.
    gain: f32x4,
}

// Loops over zipped slices of several lengths would call their iterator once per block as soon as two loops share it.
// Each loop returns whether the parameters are finite: the update has them at hand, a pass of its own would read them again.
// The loops of SGD and Adam visit the whole blocks first and the incomplete one apart: asking at every block whether
// it is complete takes twice as long. Both leave out the terms of a weight decay of 0: arithmetic limits them, not memory.
impl SgdStep {
    #[inline(never)]
    fn plain<const DECAYS: bool>(&self, params: &mut [f32], grad: &[f32]) -> bool {
        let mut finite = is_finite(f32x4::ZERO);
        let blocks = params.as_chunks_mut::<LANES>().0.iter_mut();
        for (p, g) in blocks.zip(grad.as_chunks::<LANES>().0) {
            let new_p = self.plain_block::<DECAYS>(f32x4::new(*p), f32x4::new(*g));
            finite &= is_finite(new_p);
            *p = new_p.to_array();
        }
        let last = params.len() / LANES;
        let p = self.plain_block::<DECAYS>(load(params, last), load(grad, last));
        store(params, last, p);
        (finite & is_finite(p)).all()
    }

    #[inline(always)]
    fn plain_block<const DECAYS: bool>(&self, p: f32x4, g: f32x4) -> f32x4 {
        let g = if DECAYS { g + self.weight_decay * p } else { g };
        p - self.lr * g
    }

    /// Heavy ball, or Nesterov's variant.
    fn with_momentum<const NESTEROV: bool>(
        &self,
        params: &mut [f32],
        grad: &[f32],
        buffer: &mut [f32],
    ) -> bool {
        let mut finite = is_finite(f32x4::ZERO);
        let (blocks, grads) = (
            params.as_chunks_mut::<LANES>().0,
            grad.as_chunks::<LANES>().0,
        );
        let buffers = buffer.as_chunks_mut::<LANES>().0;
        // Of one length each, so that no index is checked.
        let n = blocks.len();
        let (grads, buffers) = (&grads[..n], &mut buffers[..n]);
        for i in 0..n {
            let old = (
                f32x4::new(blocks[i]),
                f32x4::new(grads[i]),
                f32x4::new(buffers[i]),
            );
            let (new_p, new_b) = self.momentum_block::<NESTEROV>(old.0, old.1, old.2);
            finite &= is_finite(new_p);
            blocks[i] = new_p.to_array();
            buffers[i] = new_b.to_array();
        }
        let last = params.len() / LANES;
        let old = (load(params, last), load(grad, last), load(buffer, last));
        let (p, b) = self.momentum_block::<NESTEROV>(old.0, old.1, old.2);
        store(params, last, p);
        store(buffer, last, b);
        (finite & is_finite(p)).all()
    }

    #[inline(always)]
    fn momentum_block<const NESTEROV: bool>(&self, p: f32x4, g: f32x4, b: f32x4) -> (f32x4, f32x4) {
        let g = g + self.weight_decay * p;
        let b = without_subnormals(self.momentum * b + self.gain * g);
        let step = if NESTEROV { g + self.momentum * b } else { b };
        (p - self.lr * step, b)
    }
}

/// Coefficients of one RMSprop step.
struct RmsPropStep {
    lr: f32x4,
    weight_decay: f32x4,
    momentum: f32x4,
    alpha: f32x4,
    one_minus_alpha: f32x4,
    eps: f32x4,
}

impl RmsPropStep {
    /// One pass over all parameters; `mean` and `buffer` are empty without centring or momentum.
    fn apply(
        &self,
        params: &mut [f32],
        grad: &[f32],
        v: &mut [f32],
        mean: &mut [f32],
        buffer: &mut [f32],
    ) -> bool {
        let mut finite = is_finite(f32x4::ZERO);
        for i in 0..n_blocks(params.len()) {
            let p = load(params, i);
            let g = load(grad, i) + self.weight_decay * p;
            let mut variance = self.alpha * load(v, i) + self.one_minus_alpha * g * g;
            store(v, i, variance);
            if !mean.is_empty() {
                let mean_g = self.alpha * load(mean, i) + self.one_minus_alpha * g;
                store(mean, i, mean_g);
                variance -= mean_g * mean_g;
                // Not `max`, which would also turn NaN into 0 and so hide a diverged run.
                variance = zero_where(variance.simd_lt(f32x4::ZERO), variance);
            }
            let mut step = g / (variance.sqrt() + self.eps);
            if !buffer.is_empty() {
                step += self.momentum * load(buffer, i);
                store(buffer, i, step);
            }
            let new_p = p - self.lr * step;
            finite &= is_finite(new_p);
            store(params, i, new_p);
        }
        finite.all()
    }
}

/// Coefficients of one Adam or AdamW step.
struct AdamStep {
    beta1: f32x4,
    one_minus_beta1: f32x4,
    beta2: f32x4,
    one_minus_beta2: f32x4,
    eps: f32x4,
    /// η/(1 − β₁ᵗ)
    step_size: f32x4,
    /// 1/√(1 − β₂ᵗ)
    root_correction: f32x4,
    /// λ of Adam, ηλ of AdamW.
    decay: f32x4,
}

// Where weight decay enters.
const NO_DECAY: u8 = 0;
/// Adam's: part of the gradient.
const IN_GRADIENT: u8 = 1;
/// AdamW's: of the parameters themselves.
const DECOUPLED: u8 = 2;

impl AdamStep {
    fn new(lr: f64, t: u64, beta1: f64, beta2: f64, eps: f64, decay: f64) -> Self {
        let correction1 = 1.0 - libm::pow(beta1, t as f64);
        let correction2 = 1.0 - libm::pow(beta2, t as f64);
        Self {
            beta1: coefficient(beta1),
            one_minus_beta1: coefficient(1.0 - beta1),
            beta2: coefficient(beta2),
            one_minus_beta2: coefficient(1.0 - beta2),
            eps: splat(representable(eps)),
            step_size: coefficient(lr / correction1),
            root_correction: coefficient(1.0 / correction2.sqrt()),
            decay: coefficient(decay),
        }
    }

    #[inline(never)]
    fn apply<const DECAY: u8>(
        &self,
        params: &mut [f32],
        grad: &[f32],
        m: &mut [f32],
        v: &mut [f32],
    ) -> bool {
        let mut finite = is_finite(f32x4::ZERO);
        let (blocks, grads) = (
            params.as_chunks_mut::<LANES>().0,
            grad.as_chunks::<LANES>().0,
        );
        let (firsts, seconds) = (m.as_chunks_mut::<LANES>().0, v.as_chunks_mut::<LANES>().0);
        // Of one length each, so that no index is checked.
        let n = blocks.len();
        let (grads, firsts, seconds) = (&grads[..n], &mut firsts[..n], &mut seconds[..n]);
        for i in 0..n {
            let (old_p, g) = (f32x4::new(blocks[i]), f32x4::new(grads[i]));
            let (old_m, old_v) = (f32x4::new(firsts[i]), f32x4::new(seconds[i]));
            let (new_p, new_m, new_v) = self.block::<DECAY>(old_p, g, old_m, old_v);
            finite &= is_finite(new_p);
            blocks[i] = new_p.to_array();
            firsts[i] = new_m.to_array();
            seconds[i] = new_v.to_array();
        }
        let last = params.len() / LANES;
        let (old_p, g) = (load(params, last), load(grad, last));
        let (new_p, new_m, new_v) = self.block::<DECAY>(old_p, g, load(m, last), load(v, last));
        store(params, last, new_p);
        store(m, last, new_m);
        store(v, last, new_v);
        (finite & is_finite(new_p)).all()
    }

    #[inline(always)]
    fn block<const DECAY: u8>(
        &self,
        p: f32x4,
        g: f32x4,
        m: f32x4,
        v: f32x4,
    ) -> (f32x4, f32x4, f32x4) {
        let g = if DECAY == IN_GRADIENT {
            g + self.decay * p
        } else {
            g
        };
        let m = without_subnormals(self.beta1 * m + self.one_minus_beta1 * g);
        let v = without_subnormals(self.beta2 * v + self.one_minus_beta2 * g * g);
        let root = v.sqrt() * self.root_correction + self.eps;
        let step = self.step_size * (m / root);
        // One subtraction for decay and step: θ(1 − ηλ) on its own would round a small ηλ away.
        let step = if DECAY == DECOUPLED {
            self.decay * p + step
        } else {
            step
        };
        (p - step, m, v)
    }
}

/// x, but 0 where it is smaller than any normal number. A buffer whose gradient stays 0, as for a pixel that is always
/// white, decays into the subnormal numbers and never leaves them, and processors compute slowly with those.
#[inline(always)]
fn without_subnormals(x: f32x4) -> f32x4 {
    zero_where(x.abs().simd_lt(splat(f32::MIN_POSITIVE)), x)
}
