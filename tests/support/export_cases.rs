//! Jobs that exports are made of: every optimiser, every kind of warmup and decay, several factors of the batch.

use critical_batch::experiment::calculator::calculate;
use critical_batch::export::code::of_calculation;
use critical_batch::export::recipe::{BatchFactors, Recipe};
use critical_batch::params::calc::{CUSTOM, CalcState};
use critical_batch::params::defs::{ParamId, Params, Value};
use critical_batch::params::race::{OptimizerKind, RaceState, TaskKind};
use critical_batch::train::spec::{
    Activation, Decay, OptimizerSpec, RunConfig, Sampling, Schedule, TaskSpec, Warmup,
};

/// The link of every case.
pub const LINK: &str = "https://example.org/#/race?v=1&b=32&seed=7";

/// A name and a job with it.
pub fn recipes() -> Vec<(&'static str, Recipe)> {
    let sgd = |momentum, dampening, nesterov, weight_decay| OptimizerSpec::Sgd {
        momentum,
        dampening,
        nesterov,
        weight_decay,
    };
    let gradual = |start_lr, n_examples| Warmup::Gradual {
        start_lr,
        n_examples,
    };
    let one = BatchFactors::single(32);
    let accumulated = BatchFactors {
        per_device: 8,
        accumulation: 4,
        ..one
    };
    let two = BatchFactors {
        per_device: 8,
        devices: 2,
        nodes: 1,
        accumulation: 2,
    };
    // A third that ends within a step; a learning rate with more digits than are shown.
    let root_two = 0.03 * 2_f64.sqrt();
    let adam = |beta1, beta2, eps, weight_decay| OptimizerSpec::Adam {
        beta1,
        beta2,
        eps,
        weight_decay,
    };
    let cosine = Decay::Cosine {
        final_fraction: 0.0,
    };
    let rows: [(&str, OptimizerSpec, f64, Warmup, Decay, BatchFactors); 8] = [
        (
            "sgd",
            sgd(0.0, 0.0, false, 0.0),
            0.3,
            Warmup::None,
            Decay::Constant,
            one,
        ),
        (
            "momentum",
            sgd(0.9, 0.0, false, 1e-4),
            root_two,
            gradual(0.03, 250),
            cosine,
            two,
        ),
        (
            "dampened",
            sgd(0.9, 0.5, false, 0.0),
            0.1 * 3.0,
            Warmup::None,
            Decay::Steps { factor: 0.1 },
            accumulated,
        ),
        (
            "nesterov",
            sgd(0.9, 0.0, true, 0.0),
            0.024,
            Warmup::Constant {
                start_lr: 0.006,
                n_examples: 100,
            },
            Decay::Cosine {
                final_fraction: 0.1,
            },
            one,
        ),
        (
            "rmsprop",
            OptimizerSpec::RmsProp {
                alpha: 0.95,
                eps: 1e-6,
                momentum: 0.5,
                centered: true,
                weight_decay: 0.01,
            },
            7e-4,
            Warmup::None,
            cosine,
            accumulated,
        ),
        (
            "adam",
            adam(0.6, 0.996, 5e-9, 0.1),
            root_two / 500.0,
            gradual(0.0, 160),
            Decay::Constant,
            two,
        ),
        (
            "adamw",
            OptimizerSpec::AdamW {
                beta1: 0.9,
                beta2: 0.98,
                eps: 1e-9,
                weight_decay: 0.05,
            },
            4.242_640_687e-4,
            gradual(0.0, 160),
            cosine,
            two,
        ),
        (
            "adamw_steps",
            OptimizerSpec::AdamW {
                beta1: 0.9,
                beta2: 0.999,
                eps: 1e-8,
                weight_decay: 0.01,
            },
            1e-3,
            Warmup::None,
            Decay::Steps { factor: 0.5 },
            one,
        ),
    ];
    let mut all: Vec<(&'static str, Recipe)> = rows
        .map(|(name, optimizer, lr, warmup, decay, batch)| {
            let recipe = Recipe {
                optimizer,
                lr,
                schedule: Schedule { warmup, decay },
                batch,
                is_summed: false,
                budget_examples: 32 * 40,
                seed: 7,
                rule: format!("rule of case \"{name}\", 4 \u{2192} 32"),
                link: LINK.to_owned(),
            };
            (name, recipe)
        })
        .into();
    all.push(("calc_sum", calculated(SUMMED)));
    all.push(("calc_adamw", calculated(SQUARE_ROOT)));
    all
}

/// Changes of the Calculator's own recipe.
type Changes = &'static [(ParamId, Value)];

/// 8 → 32 examples on two devices with two micro-batches each, 40 steps of which 5 are warmup.
const SMALL: Changes = &[
    (ParamId::Recipe, Value::Choice(CUSTOM)),
    (ParamId::RecipeBatch, Value::Number(8.0)),
    (ParamId::TotalBatch, Value::Number(32.0)),
    (ParamId::MicroBatch, Value::Number(8.0)),
    (ParamId::Devices, Value::Number(2.0)),
    (ParamId::Nodes, Value::Number(1.0)),
    (ParamId::AccumSteps, Value::Number(2.0)),
    (ParamId::LengthUnit, Value::Choice(0)),
    (ParamId::RecipeWarmup, Value::Number(20.0)),
    (ParamId::RecipeLength, Value::Number(160.0)),
];
/// Momentum, a summed loss, the linear rule, tenths.
const SUMMED: Changes = &[
    (ParamId::RecipeOptimizer, Value::Choice(1)),
    (ParamId::Reduction, Value::Choice(1)),
    (ParamId::RecipeLr, Value::Number(0.002)),
    (ParamId::ExportRule, Value::Choice(2)),
    (ParamId::RecipeDecayKind, Value::Choice(2)),
];
/// AdamW under the square root with all its companions, a cosine.
const SQUARE_ROOT: Changes = &[
    (ParamId::RecipeOptimizer, Value::Choice(3)),
    (ParamId::RecipeLr, Value::Number(0.003)),
    (ParamId::RecipeDecay, Value::Number(0.05)),
    (ParamId::ExportRule, Value::Choice(1)),
    (ParamId::RecipeDecayKind, Value::Choice(1)),
];

/// The job that the Calculator hands over.
fn calculated(changes: Changes) -> Recipe {
    let mut state = CalcState::default();
    for (id, value) in SMALL.iter().chain(changes) {
        state.put(*id, *value);
    }
    let rule = "rule of the Calculator, 4 \u{2192} 32".to_owned();
    of_calculation(&state, &calculate(&state), rule, LINK.to_owned()).expect("2 · 8 · 2 is 32")
}

/// The races that are exported as programs.
pub fn races() -> Vec<(&'static str, RaceState)> {
    let base = RaceState {
        budget: 1437.0 * 4.0,
        ..RaceState::for_task(TaskKind::Digits, OptimizerKind::Sgd)
    };
    vec![
        // Lanes that learn, a linear one that may not; warmup and cosine.
        (
            "warm_cosine",
            RaceState {
                warmup: 1,
                warmup_examples: 1437.0,
                decay: 1,
                seeds: 1,
                lanes: 0b01_0110,
                ..base.clone()
            },
        ),
        (
            "adam_relu_replaced",
            RaceState {
                activation: 0,
                sampling: 0,
                decay: 2,
                warmup: 2,
                warmup_examples: 1437.0,
                budget: base.budget,
                lanes: 0b00_1101,
                ..RaceState::for_task(TaskKind::Digits, OptimizerKind::Adam)
            },
        ),
    ]
}

/// The sweep that is exported.
pub fn sweep() -> RaceState {
    RaceState {
        sweep_target: 0.6,
        sweep_budget: 6000.0,
        sweep_seeds: 0,
        largest_batch: 0,
        lr_range: 1,
        lowest_lr: 0.0625,
        highest_lr: 0.25,
        ..RaceState::for_task(TaskKind::Digits, OptimizerKind::Sgd)
    }
}

/// The runs whose losses are compared with PyTorch's step by step: 200 steps each, every one of them recorded.
pub fn parity_runs() -> Vec<(&'static str, RunConfig)> {
    let run = |optimizer, lr, activation| RunConfig {
        task: TaskSpec::Digits {
            n_hidden: 32,
            activation,
        },
        optimizer,
        schedule: Schedule {
            warmup: Warmup::None,
            decay: Decay::Constant,
        },
        sampling: Sampling::WithoutReplacement,
        lr,
        batch_size: 32,
        budget_examples: 200 * 32,
        target_loss: None,
        stop_at_target: false,
        seed: 7,
    };
    let sgd = |momentum| OptimizerSpec::Sgd {
        momentum,
        dampening: 0.0,
        nesterov: false,
        weight_decay: 0.0,
    };
    let adam = OptimizerSpec::Adam {
        beta1: 0.9,
        beta2: 0.999,
        eps: 1e-8,
        weight_decay: 0.0,
    };
    vec![
        ("sgd", run(sgd(0.0), 0.3, Activation::Tanh)),
        ("momentum", run(sgd(0.9), 0.03, Activation::Relu)),
        ("adam", run(adam, 0.007, Activation::Tanh)),
    ]
}
