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

/// What the calculator says to type, under the rule that its state names. `rule` and `link` become comments.
///
/// Under the square root Adam's β₁, β₂ and ε are scaled too where the rule has valid ones. The warmup ramps from η₀,
/// as Goyal et al. 2017 (arXiv:1706.02677, section 2.2) have it.
pub fn of_calculation(
    state: &CalcState,
    result: &Calculation,
    rule: String,
    link: String,
) -> Recipe {
    let kind = match state.rule {
        0 => RuleKind::None,
        1 => RuleKind::Sqrt,
        2 => RuleKind::Linear,
        _ => RuleKind::TheoryLow,
    };
    let row = result.rules.iter().find(|r| r.kind == kind);
    // Without a B_crit there is no optimum to follow; the square root stands in its place.
    let row = row.or_else(|| result.rules.iter().find(|r| r.kind == RuleKind::Sqrt));
    let (lr, weight_decay) = row.map_or((state.base_lr, state.weight_decay), |r| {
        (r.lr, r.weight_decay)
    });
    let (mut beta1, mut beta2, mut eps) = (state.beta1, state.beta2, state.eps);
    if let (RuleKind::Sqrt, Some(Ok(scaled))) = (kind, result.kappa) {
        (beta1, beta2, eps) = (scaled.beta1.get(), scaled.beta2.get(), scaled.eps);
    }
    let sgd = |momentum, dampening| OptimizerSpec::Sgd {
        momentum,
        dampening,
        nesterov: false,
        weight_decay,
    };
    let factors = state.factors().as_array().map(|v| v as u32);
    let warmup_examples = result.warmup_examples as u64;
    Recipe {
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
                    start_lr: state.base_lr.min(lr),
                    n_examples: warmup_examples,
                }
            },
            decay: Decay::Constant,
        },
        batch: BatchFactors {
            per_device: factors[0],
            devices: factors[1],
            nodes: factors[2],
            accumulation: factors[3],
        },
        budget_examples: (result.after.total_steps * state.batch) as u64,
        seed: 0,
        rule,
        link,
    }
}
