//! Which code can be had, and the recipe that a calculation amounts to.

use super::recipe::{BatchFactors, Recipe};
use super::{deepspeed, optax, pytorch, transformers};
use crate::experiment::calculator::{Calculation, RuleKind};
use crate::params::calc::CalcState;
use crate::train::spec::{Decay, OptimizerSpec, Schedule, Warmup};

/// A file of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A whole race, self-contained.
    Race,
    /// A whole sweep.
    RayTune,
    Single,
    Ddp,
    Transformers,
    DeepSpeed,
    Optax,
}

impl Format {
    /// The formats that a recipe can be written in.
    pub const OF_RECIPE: [Format; 5] = [
        Format::Single,
        Format::Ddp,
        Format::Transformers,
        Format::DeepSpeed,
        Format::Optax,
    ];

    /// Whether it holds the whole experiment with its data, and is not one of [`Format::OF_RECIPE`].
    pub const fn is_program(self) -> bool {
        matches!(self, Format::Race | Format::RayTune)
    }

    /// Name of the file.
    pub const fn file_name(self) -> &'static str {
        match self {
            Format::Race => "race.py",
            Format::RayTune => "sweep.py",
            Format::Single => "train.py",
            Format::Ddp => "train_ddp.py",
            Format::Transformers => "train_transformers.py",
            Format::DeepSpeed => "deepspeed.json",
            Format::Optax => "train_optax.py",
        }
    }
}

/// A recipe in a format; `None` for the two programs, which need more than a recipe.
pub fn of_recipe(recipe: &Recipe, format: Format) -> Option<String> {
    match format {
        Format::Race | Format::RayTune => None,
        Format::Single => Some(pytorch::single(recipe)),
        Format::Ddp => Some(pytorch::ddp(recipe)),
        Format::Transformers => Some(transformers::script(recipe)),
        Format::DeepSpeed => Some(deepspeed::json(recipe)),
        Format::Optax => Some(optax::script(recipe)),
    }
}

/// What the calculator says to type, under the rule that its state names. `rule` and `link` become comments. `None`
/// while the factors do not make B: the rate would belong to another batch.
///
/// Under the square root Adam's β₁, β₂ and ε are scaled too where the rule has valid ones. Warmup and run have the steps
/// that the panel shows.
pub fn of_calculation(
    state: &CalcState,
    result: &Calculation,
    rule: String,
    link: String,
) -> Option<Recipe> {
    let row = result
        .exported(state)
        .filter(|_| result.is_feasible(state))?;
    let (lr, weight_decay) = (row.lr, row.weight_decay);
    let (mut beta1, mut beta2, mut eps) = (state.beta1, state.beta2, state.eps);
    if let (RuleKind::Sqrt, Some(Ok(scaled))) = (row.kind, result.kappa) {
        (beta1, beta2, eps) = (scaled.beta1.get(), scaled.beta2.get(), scaled.eps);
    }
    let sgd = |momentum, dampening| OptimizerSpec::Sgd {
        momentum,
        dampening,
        nesterov: false,
        weight_decay,
    };
    let factors = state.factors().as_array().map(|v| v as u32);
    let examples = |steps: f64| (steps * state.batch) as u64;
    let warmup_examples = examples(result.after.warmup_steps);
    Some(Recipe {
        optimizer: match state.optimizer {
            0 => sgd(0.0, 0.0),
            1 => sgd(state.momentum, state.dampening),
            2 => OptimizerSpec::Adam {
                beta1,
                beta2,
                eps,
                weight_decay,
            },
            _ => OptimizerSpec::AdamW {
                beta1,
                beta2,
                eps,
                weight_decay,
            },
        },
        lr,
        schedule: Schedule {
            warmup: if warmup_examples == 0 {
                Warmup::None
            } else {
                Warmup::Gradual {
                    start_lr: result.warmup_start_to(lr),
                    n_examples: warmup_examples,
                }
            },
            decay: match state.decay {
                0 => Decay::Constant,
                1 => Decay::Cosine {
                    final_fraction: 0.0,
                },
                _ => Decay::Steps { factor: 0.1 },
            },
        },
        batch: BatchFactors {
            per_device: factors[0],
            devices: factors[1],
            nodes: factors[2],
            accumulation: factors[3],
        },
        is_summed: state.reduction == 1,
        budget_examples: examples(result.after.total_steps),
        seed: 0,
        rule,
        link,
    })
}
