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
    /// cause, counts as 0: a parameter whose gradient stays 0 must not become NaN.
    pub fn step(&mut self, lr: f64, params: &mut [f32], grad: &[f32]) {
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
                    lr: lr as f32,
                    weight_decay: weight_decay as f32,
                    momentum: momentum as f32,
                    gain: if is_first {
                        1.0
                    } else {
                        (1.0 - dampening) as f32
                    },
                };
                if self.first.is_empty() {
                    c.plain(params, grad);
                } else if nesterov {
                    c.nesterov(params, grad, &mut self.first);
                } else {
                    c.heavy_ball(params, grad, &mut self.first);
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
                    lr: lr as f32,
                    weight_decay: weight_decay as f32,
                    momentum: momentum as f32,
                    alpha: alpha as f32,
                    one_minus_alpha: (1.0 - alpha) as f32,
                    eps: representable(eps),
                };
                match (self.first.is_empty(), self.mean.is_empty()) {
                    (true, true) => c.plain(params, grad, &mut self.second),
                    (false, true) => {
                        c.with_momentum(params, grad, &mut self.second, &mut self.first)
                    }
                    (true, false) => c.centered(params, grad, &mut self.second, &mut self.mean),
                    (false, false) => {
                        c.centered_with_momentum(
                            params,
                            grad,
                            &mut self.second,
                            &mut self.mean,
                            &mut self.first,
                        );
                    }
                }
            }
            OptimizerSpec::Adam {
                beta1,
                beta2,
                eps,
                weight_decay,
            } => {
                let c = AdamStep::new(lr, self.n_steps, beta1, beta2, eps, weight_decay, 0.0);
                c.apply(params, grad, &mut self.first, &mut self.second);
            }
            OptimizerSpec::AdamW {
                beta1,
                beta2,
                eps,
                weight_decay,
            } => {
                let c = AdamStep::new(lr, self.n_steps, beta1, beta2, eps, 0.0, lr * weight_decay);
                c.apply(params, grad, &mut self.first, &mut self.second);
            }
        }
    }
}

/// ε as f32, positive.
fn representable(eps: f64) -> f32 {
    (eps as f32).max(f32::MIN_POSITIVE)
}

/// Coefficients of one SGD step.
struct SgdStep {
    lr: f32,
    weight_decay: f32,
    momentum: f32,
    /// 1 − τ, but 1 at the first step.
    gain: f32,
}

impl SgdStep {
    fn plain(&self, params: &mut [f32], grad: &[f32]) {
        for (p, &g) in params.iter_mut().zip(grad) {
            *p -= self.lr * (g + self.weight_decay * *p);
        }
    }

    fn heavy_ball(&self, params: &mut [f32], grad: &[f32], buffer: &mut [f32]) {
        for ((p, &g), b) in params.iter_mut().zip(grad).zip(buffer) {
            let g = g + self.weight_decay * *p;
            *b = self.momentum * *b + self.gain * g;
            *p -= self.lr * *b;
        }
    }

    fn nesterov(&self, params: &mut [f32], grad: &[f32], buffer: &mut [f32]) {
        for ((p, &g), b) in params.iter_mut().zip(grad).zip(buffer) {
            let g = g + self.weight_decay * *p;
            *b = self.momentum * *b + self.gain * g;
            *p -= self.lr * (g + self.momentum * *b);
        }
    }
}

/// Coefficients of one RMSprop step.
struct RmsPropStep {
    lr: f32,
    weight_decay: f32,
    momentum: f32,
    alpha: f32,
    one_minus_alpha: f32,
    eps: f32,
}

impl RmsPropStep {
    /// Updates v and returns g/d.
    #[inline(always)]
    fn ratio(&self, g: f32, v: &mut f32) -> f32 {
        *v = self.alpha * *v + self.one_minus_alpha * g * g;
        g / (v.sqrt() + self.eps)
    }

    /// Updates v and ḡ and returns g/d.
    #[inline(always)]
    fn centered_ratio(&self, g: f32, v: &mut f32, mean: &mut f32) -> f32 {
        *v = self.alpha * *v + self.one_minus_alpha * g * g;
        *mean = self.alpha * *mean + self.one_minus_alpha * g;
        let variance = *v - *mean * *mean;
        // Not `max`, which would also turn NaN into 0 and so hide a diverged run.
        let variance = if variance < 0.0 { 0.0 } else { variance };
        g / (variance.sqrt() + self.eps)
    }

    fn plain(&self, params: &mut [f32], grad: &[f32], v: &mut [f32]) {
        for ((p, &g), v) in params.iter_mut().zip(grad).zip(v) {
            *p -= self.lr * self.ratio(g + self.weight_decay * *p, v);
        }
    }

    fn with_momentum(&self, params: &mut [f32], grad: &[f32], v: &mut [f32], buffer: &mut [f32]) {
        for (((p, &g), v), b) in params.iter_mut().zip(grad).zip(v).zip(buffer) {
            *b = self.momentum * *b + self.ratio(g + self.weight_decay * *p, v);
            *p -= self.lr * *b;
        }
    }

    fn centered(&self, params: &mut [f32], grad: &[f32], v: &mut [f32], mean: &mut [f32]) {
        for (((p, &g), v), mean) in params.iter_mut().zip(grad).zip(v).zip(mean) {
            *p -= self.lr * self.centered_ratio(g + self.weight_decay * *p, v, mean);
        }
    }

    fn centered_with_momentum(
        &self,
        params: &mut [f32],
        grad: &[f32],
        v: &mut [f32],
        mean: &mut [f32],
        buffer: &mut [f32],
    ) {
        for ((((p, &g), v), mean), b) in params.iter_mut().zip(grad).zip(v).zip(mean).zip(buffer) {
            *b = self.momentum * *b + self.centered_ratio(g + self.weight_decay * *p, v, mean);
            *p -= self.lr * *b;
        }
    }
}

/// Coefficients of one Adam or AdamW step.
struct AdamStep {
    beta1: f32,
    one_minus_beta1: f32,
    beta2: f32,
    one_minus_beta2: f32,
    eps: f32,
    /// η/(1 − β₁ᵗ)
    step_size: f32,
    /// 1/√(1 − β₂ᵗ)
    root_correction: f32,
    /// λ of Adam, 0 for AdamW.
    l2: f32,
    /// ηλ of AdamW, 0 for Adam.
    shrink: f32,
}

impl AdamStep {
    fn new(lr: f64, t: u64, beta1: f64, beta2: f64, eps: f64, l2: f64, shrink: f64) -> Self {
        let correction1 = 1.0 - libm::pow(beta1, t as f64);
        let correction2 = 1.0 - libm::pow(beta2, t as f64);
        Self {
            beta1: beta1 as f32,
            one_minus_beta1: (1.0 - beta1) as f32,
            beta2: beta2 as f32,
            one_minus_beta2: (1.0 - beta2) as f32,
            eps: representable(eps),
            step_size: (lr / correction1) as f32,
            root_correction: (1.0 / correction2.sqrt()) as f32,
            l2: l2 as f32,
            shrink: shrink as f32,
        }
    }

    fn apply(&self, params: &mut [f32], grad: &[f32], m: &mut [f32], v: &mut [f32]) {
        for (((p, &g), m), v) in params.iter_mut().zip(grad).zip(m).zip(v) {
            let g = g + self.l2 * *p;
            *m = self.beta1 * *m + self.one_minus_beta1 * g;
            *v = self.beta2 * *v + self.one_minus_beta2 * g * g;
            let step = self.step_size * (*m / (v.sqrt() * self.root_correction + self.eps));
            // One subtraction for decay and step: θ(1 − ηλ) on its own would round a small ηλ away.
            *p -= self.shrink * *p + step;
        }
    }
}
