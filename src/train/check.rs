//! Which training runs are possible: the range of every field of a [`RunConfig`].
//!
//! | field | range | why |
//! | --- | --- | --- |
//! | learning rate | 1e-9 to 1e4 | f32 updates vanish below, everything diverges above |
//! | batch size | 1 to 65,536 | |
//! | budget | B to 1e9 examples | at least one step |
//! | target loss | 1e-12 to 1e6 | |
//! | hidden units | 1 to 512 | |
//! | dimensions | 1 to 4096 | |
//! | noise σ | 0 to 100 | |
//! | momentum, α, β₁, β₂ | 0 to 0.999999 | averages with a finite memory |
//! | dampening | 0 to 1; 0 with Nesterov | as PyTorch demands |
//! | ε | 1e-16 to 1 | 0 would divide 0 by 0 where a pixel is always white |
//! | weight decay | 0 to 10 | |
//! | warmup, decay | 0 to 1e9 examples; start 0 to 1e4; factors 0 to 1 | |

use crate::train::spec::{
    ConfigError, ConfigField, Decay, OptimizerSpec, RunConfig, TaskSpec, Warmup,
};

/// Smallest learning rate a run accepts.
pub const MIN_LR: f64 = 1e-9;
/// Largest learning rate a run accepts.
pub const MAX_LR: f64 = 1e4;
/// Largest batch size B.
pub const MAX_BATCH_SIZE: u32 = 65_536;
/// Largest budget in examples.
pub const MAX_BUDGET: u64 = 1_000_000_000;
/// Largest width of a hidden layer.
pub const MAX_HIDDEN: u32 = 512;
/// Most dimensions of the regression and the quadratic.
pub const MAX_DIMS: u32 = 4096;

const MAX_MEMORY: f64 = 0.999_999;

/// Checks a learning rate.
///
/// # Errors
/// `LearningRate` outside [`MIN_LR`] to [`MAX_LR`].
pub fn check_lr(lr: f64) -> Result<(), ConfigError> {
    within(ConfigField::LearningRate, lr, MIN_LR, MAX_LR)
}

/// Checks every field, in the order of the structure, and reports the first that is out of range.
///
/// # Errors
/// The field, its value and its range.
pub fn check(config: &RunConfig) -> Result<(), ConfigError> {
    check_task(&config.task)?;
    check_optimizer(&config.optimizer)?;
    check_schedule(config)?;
    check_lr(config.lr)?;
    let batch_size = f64::from(config.batch_size);
    within(
        ConfigField::BatchSize,
        batch_size,
        1.0,
        f64::from(MAX_BATCH_SIZE),
    )?;
    within(
        ConfigField::Budget,
        config.budget_examples as f64,
        batch_size,
        MAX_BUDGET as f64,
    )?;
    config.target_loss.map_or(Ok(()), |target| {
        within(ConfigField::TargetLoss, target, 1e-12, 1e6)
    })
}

fn within(field: ConfigField, value: f64, min: f64, max: f64) -> Result<(), ConfigError> {
    if (min..=max).contains(&value) {
        Ok(())
    } else {
        Err(ConfigError {
            field,
            value,
            min,
            max,
        })
    }
}

fn check_task(task: &TaskSpec) -> Result<(), ConfigError> {
    let dims = |n: u32| {
        within(
            ConfigField::Dimensions,
            f64::from(n),
            1.0,
            f64::from(MAX_DIMS),
        )
    };
    match *task {
        TaskSpec::Digits { n_hidden, .. } | TaskSpec::Spirals { n_hidden, .. } => within(
            ConfigField::HiddenUnits,
            f64::from(n_hidden),
            1.0,
            f64::from(MAX_HIDDEN),
        ),
        TaskSpec::LinearRegression { n_dims, noise_std } => {
            dims(n_dims)?;
            within(ConfigField::NoiseStd, noise_std, 0.0, 100.0)
        }
        TaskSpec::Quadratic { n_dims } => dims(n_dims),
    }
}

fn check_optimizer(optimizer: &OptimizerSpec) -> Result<(), ConfigError> {
    let memory = |field, value| within(field, value, 0.0, MAX_MEMORY);
    let eps = |value| within(ConfigField::Eps, value, 1e-16, 1.0);
    let weight_decay = match *optimizer {
        OptimizerSpec::Sgd {
            momentum,
            dampening,
            nesterov,
            weight_decay,
        } => {
            memory(ConfigField::Momentum, momentum)?;
            let most = if nesterov { 0.0 } else { 1.0 };
            within(ConfigField::Dampening, dampening, 0.0, most)?;
            weight_decay
        }
        OptimizerSpec::RmsProp {
            alpha,
            eps: e,
            momentum,
            weight_decay,
            ..
        } => {
            memory(ConfigField::Alpha, alpha)?;
            eps(e)?;
            memory(ConfigField::Momentum, momentum)?;
            weight_decay
        }
        OptimizerSpec::Adam {
            beta1,
            beta2,
            eps: e,
            weight_decay,
        }
        | OptimizerSpec::AdamW {
            beta1,
            beta2,
            eps: e,
            weight_decay,
        } => {
            memory(ConfigField::Beta1, beta1)?;
            memory(ConfigField::Beta2, beta2)?;
            eps(e)?;
            weight_decay
        }
    };
    within(ConfigField::WeightDecay, weight_decay, 0.0, 10.0)
}

fn check_schedule(config: &RunConfig) -> Result<(), ConfigError> {
    match config.schedule.warmup {
        Warmup::None => {}
        Warmup::Gradual {
            start_lr,
            n_examples,
        }
        | Warmup::Constant {
            start_lr,
            n_examples,
        } => {
            within(ConfigField::StartLr, start_lr, 0.0, MAX_LR)?;
            let n_examples = n_examples as f64;
            within(
                ConfigField::WarmupExamples,
                n_examples,
                0.0,
                MAX_BUDGET as f64,
            )?;
        }
    }
    match config.schedule.decay {
        Decay::Constant => Ok(()),
        Decay::Cosine { final_fraction } => {
            within(ConfigField::FinalFraction, final_fraction, 0.0, 1.0)
        }
        Decay::Steps { factor } => within(ConfigField::DecayFactor, factor, 0.0, 1.0),
    }
}
