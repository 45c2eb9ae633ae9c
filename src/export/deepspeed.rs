//! A recipe as a configuration file of DeepSpeed.

use super::python::{quoted, rounded, shown};
use super::recipe::Recipe;
use crate::train::spec::{Decay, OptimizerSpec, Warmup};
use std::fmt::Write;

/// A JSON file for `deepspeed.initialize(config=…)` or `TrainingArguments(deepspeed=…)`.
///
/// JSON has no comments, so rule, link and what DeepSpeed's schedulers cannot say stand under `_comment`, which
/// DeepSpeed does not read. Its schedulers count steps: a warmup that ends within a step ends after it.
pub fn json(recipe: &Recipe) -> String {
    let b = recipe.batch;
    let mut comments = vec![
        quoted(&recipe.rule),
        quoted(&recipe.link),
        quoted(&format!(
            "lr {}, {} examples per optimiser step = {} per device x {} devices x {} nodes x {} accumulated, {} steps",
            shown(recipe.lr),
            b.total(),
            b.per_device.max(1),
            b.devices.max(1),
            b.nodes.max(1),
            b.accumulation.max(1),
            recipe.total_steps()
        )),
        quoted(&format!(
            "DeepSpeed takes the seed from the program: deepspeed.runtime.utils.set_random_seed({})",
            recipe.seed
        )),
    ];
    if recipe.is_summed {
        comments.push(quoted(&format!(
            "lr is for a loss summed over the batch: multiply the mean of a micro-batch by {}",
            b.total()
        )));
    }
    let scheduler = scheduler(recipe);
    if scheduler.is_none() && !is_flat(recipe) {
        comments.push(quoted(
            "No scheduler of DeepSpeed does this schedule: give initialize() a LambdaLR with lr_factor of the PyTorch file",
        ));
    }
    if scheduler.is_some() {
        comments.push(quoted(
            "DeepSpeed's scheduler is about one step behind: the first step may have a learning rate of 0",
        ));
    }
    let (name, parameters) = optimizer(recipe.optimizer);
    let mut out = format!(
        "{{\n  \"_comment\": [\n    {}\n  ],\n  \"train_batch_size\": {},\n  \
         \"train_micro_batch_size_per_gpu\": {},\n  \"gradient_accumulation_steps\": {},\n  \
         \"optimizer\": {{\n    \"type\": \"{name}\",\n    \"params\": {{\"lr\": {}, {parameters}}}\n  }}",
        comments.join(",\n    "),
        b.total(),
        b.per_device.max(1),
        b.accumulation.max(1),
        rounded(recipe.lr),
    );
    if let Some(scheduler) = scheduler {
        // Writing to a String cannot fail.
        let _ = write!(out, ",\n  \"scheduler\": {scheduler}");
    }
    out.push_str("\n}\n");
    out
}

fn is_flat(recipe: &Recipe) -> bool {
    recipe.warmup_examples() == 0 && recipe.schedule.decay == Decay::Constant
}

/// Type and parameters. Names that are not DeepSpeed's own are looked up in `torch.optim`; its own Adam would be
/// AdamW unless told otherwise.
fn optimizer(spec: OptimizerSpec) -> (&'static str, String) {
    let adam = |beta1, beta2, eps, weight_decay| {
        format!(
            "\"betas\": [{}, {}], \"eps\": {}, \"weight_decay\": {}, \"torch_adam\": true",
            rounded(beta1),
            rounded(beta2),
            rounded(eps),
            rounded(weight_decay)
        )
    };
    match spec {
        OptimizerSpec::Sgd {
            momentum,
            dampening,
            nesterov,
            weight_decay,
        } => (
            "SGD",
            format!(
                "\"momentum\": {}, \"dampening\": {}, \"nesterov\": {}, \"weight_decay\": {}",
                rounded(momentum),
                rounded(dampening),
                nesterov && momentum > 0.0,
                rounded(weight_decay)
            ),
        ),
        OptimizerSpec::RmsProp {
            alpha,
            eps,
            momentum,
            centered,
            weight_decay,
        } => (
            "RMSprop",
            format!(
                "\"alpha\": {}, \"eps\": {}, \"momentum\": {}, \"centered\": {centered}, \"weight_decay\": {}",
                rounded(alpha),
                rounded(eps),
                rounded(momentum),
                rounded(weight_decay)
            ),
        ),
        OptimizerSpec::Adam {
            beta1,
            beta2,
            eps,
            weight_decay,
        } => (
            "Adam",
            adam(beta1, beta2, eps, weight_decay) + ", \"adam_w_mode\": false",
        ),
        OptimizerSpec::AdamW {
            beta1,
            beta2,
            eps,
            weight_decay,
        } => ("AdamW", adam(beta1, beta2, eps, weight_decay)),
    }
}

/// The scheduler, where DeepSpeed has one for the schedule and it is not constant.
fn scheduler(recipe: &Recipe) -> Option<String> {
    let start_lr = match recipe.schedule.warmup {
        Warmup::None => recipe.lr,
        Warmup::Gradual { start_lr, .. } => start_lr,
        Warmup::Constant { n_examples: 0, .. } => recipe.lr,
        Warmup::Constant { .. } => return None,
    };
    let warmup_steps = recipe.warmup_steps().max(1);
    match recipe.schedule.decay {
        _ if is_flat(recipe) => None,
        Decay::Constant => Some(format!(
            "{{\n    \"type\": \"WarmupLR\",\n    \"params\": {{\"warmup_min_lr\": {}, \"warmup_max_lr\": {}, \
             \"warmup_num_steps\": {warmup_steps}, \"warmup_type\": \"linear\"}}\n  }}",
            rounded(start_lr),
            rounded(recipe.lr)
        )),
        Decay::Cosine { final_fraction } => Some(format!(
            // DeepSpeed wants one step at least; without a warmup it has the full rate, as `warmup_min_ratio` is 1.
            "{{\n    \"type\": \"WarmupCosineLR\",\n    \"params\": {{\"total_num_steps\": {}, \"warmup_min_ratio\": {}, \
             \"warmup_num_steps\": {warmup_steps}, \"cos_min_ratio\": {}, \"warmup_type\": \"linear\"}}\n  }}",
            recipe.total_steps().max(warmup_steps + 1),
            rounded(start_lr / recipe.lr),
            rounded(final_fraction)
        )),
        Decay::Steps { .. } => None,
    }
}
