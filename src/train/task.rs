//! What a run needs to know of a problem: parameters, the gradient of the next batch, the full loss, exact noise.
//!
//! A task owns its data and the random streams that pick or make the examples, and all its buffers. It does not
//! own the parameters and knows nothing of optimisers or learning rates. To add a task: implement [`Task`], add a
//! variant to `TaskSpec`, name its ranges in `check.rs` and build it in [`build`].

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::train::classifier::Classifier;
use crate::train::data;
use crate::train::linreg::LinearRegression;
use crate::train::quadratic::Quadratic;
use crate::train::run::ValidRun;
use crate::train::spec::{DecisionGrid, NoiseProbe, TaskSpec};

/// What one batch tells. Numbers may be infinite or NaN when the parameters have become so large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchGradient {
    /// Mean loss of the batch.
    pub loss: f64,
    /// |g_B|², squared norm of the batch's mean gradient.
    pub norm_sq: f64,
    /// Unbiased estimate of |G|² from this batch; `None` where one batch cannot tell (B = 1). May be negative.
    pub corrected_norm_sq: Option<f64>,
}

/// The state of the whole problem. Numbers may be infinite or NaN as in [`BatchGradient`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation {
    /// Mean over the training set, or the expected loss.
    pub train_loss: f64,
    /// Mean over the test set, where there is one.
    pub test_loss: Option<f64>,
    /// Fraction of the test set classified correctly.
    pub test_accuracy: Option<f64>,
}

/// A problem that can be trained by gradient descent with batches of a fixed size.
pub trait Task {
    /// Length of the parameter vector.
    fn n_params(&self) -> usize;

    /// Initial parameters [n_params], from the `Init` stream of the seed the task was built with.
    fn init(&self) -> Vec<f32>;

    /// Draws the next batch and writes its mean gradient to `grad` [n_params]. Allocates nothing.
    fn batch_gradient(&mut self, params: &[f32], grad: &mut [f32]) -> BatchGradient;

    /// As [`Task::batch_gradient`], the same bits in `grad`, but returns the mean loss of the batch alone.
    fn loss_gradient(&mut self, params: &[f32], grad: &mut [f32]) -> f64 {
        self.batch_gradient(params, grad).loss
    }

    /// The training loss of [`Task::evaluate`] alone.
    fn train_loss(&mut self, params: &[f32]) -> f64 {
        self.evaluate(params).train_loss
    }

    /// Full loss and test results at `params`. Draws nothing and allocates nothing.
    fn evaluate(&mut self, params: &[f32]) -> Evaluation;

    /// Exact gradient noise at `params`. Draws nothing and allocates nothing.
    fn probe(&mut self, params: &[f32]) -> NoiseProbe;

    /// The decision picture with `n_side` points along each side, for tasks in the plane.
    fn decision_grid(&self, _params: &[f32], _n_side: u32) -> Option<DecisionGrid> {
        None
    }
}

impl NoiseProbe {
    /// From |G|² and tr(Σ), both at least 0. The noise scale is `None` where their ratio is not a finite number.
    pub fn new(grad_norm_sq: f64, noise_trace: f64) -> Self {
        let ratio = noise_trace / grad_norm_sq;
        Self {
            grad_norm_sq,
            noise_trace,
            noise_scale: ratio.is_finite().then_some(ratio),
        }
    }
}

/// The task of a run, with buffers for its batch size and streams for its seed.
pub fn build(valid: &ValidRun) -> Box<dyn Task> {
    let config = valid.config();
    let (batch_size, seed) = (config.batch_size, config.seed);
    match config.task {
        TaskSpec::Digits {
            n_hidden,
            activation,
        } => Box::new(Classifier::new(
            data::digits(),
            &[n_hidden],
            activation,
            batch_size,
            config.sampling,
            seed,
        )),
        TaskSpec::Spirals {
            n_hidden,
            activation,
        } => Box::new(Classifier::new(
            data::spirals(),
            &[n_hidden, n_hidden],
            activation,
            batch_size,
            config.sampling,
            seed,
        )),
        TaskSpec::LinearRegression { n_dims, noise_std } => {
            Box::new(LinearRegression::new(n_dims, noise_std, batch_size, seed))
        }
        TaskSpec::Quadratic { n_dims } => Box::new(Quadratic::new(n_dims, batch_size, seed)),
    }
}
