//! The trainer for `make bench`: the site's own code behind three calls, compiled with the site's flags.
//!
//! A step here is what a run of a sweep does between two recordings: batch, gradient, update, and the checks that all of
//! it is finite. The run itself also measures the full loss now and then, which the other libraries are not asked to do.

use critical_batch::train::data::{DataSet, digits};
use critical_batch::train::optim::Optimizer;
use critical_batch::train::spec::{
    Activation, Decay, OptimizerSpec, RunConfig, Sampling, Schedule, TaskSpec, Warmup,
};
use critical_batch::train::task::{self, Task};
use wasm_bindgen::prelude::wasm_bindgen;

/// Nothing to do at the start; everything is called from JavaScript.
fn main() {}

fn train_set() -> &'static DataSet {
    &digits().train
}

/// Pixels of the training digits, row by row: the data that every contender trains on.
#[wasm_bindgen]
pub fn features() -> Vec<f32> {
    train_set().features.clone()
}

/// Classes of the training digits.
#[wasm_bindgen]
pub fn labels() -> Vec<u8> {
    train_set().labels.clone()
}

/// One network under training.
#[wasm_bindgen]
pub struct Trainer {
    task: Box<dyn Task>,
    optimizer: Optimizer,
    lr: f64,
    params: Vec<f32>, // [n_params]
    grad: Vec<f32>,   // [n_params]
}

#[wasm_bindgen]
impl Trainer {
    /// A perceptron 64-`n_hidden`-10 with tanh on the digits; plain SGD unless `is_adam`.
    #[wasm_bindgen(constructor)]
    pub fn new(n_hidden: u32, is_adam: bool, lr: f64, batch_size: u32) -> Self {
        let optimizer = if is_adam {
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
        };
        let config = RunConfig {
            task: TaskSpec::Digits {
                n_hidden,
                activation: Activation::Tanh,
            },
            optimizer,
            schedule: Schedule {
                warmup: Warmup::None,
                decay: Decay::Constant,
            },
            sampling: Sampling::WithReplacement,
            lr,
            batch_size,
            budget_examples: u64::from(batch_size),
            target_loss: None,
            stop_at_target: false,
            seed: 1,
        };
        let valid = config
            .check()
            .expect("the bench asks for possible runs only");
        let task = task::build(&valid);
        let params = task.init();
        Self {
            optimizer: Optimizer::new(optimizer, params.len()),
            lr,
            grad: vec![0.0; params.len()],
            params,
            task,
        }
    }

    /// Trains for `n_steps` steps. Whether all numbers stayed finite.
    pub fn run(&mut self, n_steps: u32) -> bool {
        for _ in 0..n_steps {
            let loss = self.task.loss_gradient(&self.params, &mut self.grad);
            if !(loss.is_finite() && self.optimizer.step(self.lr, &mut self.params, &self.grad)) {
                return false;
            }
        }
        true
    }

    /// Mean loss over the training digits.
    pub fn loss(&mut self) -> f64 {
        self.task.evaluate(&self.params).train_loss
    }
}
