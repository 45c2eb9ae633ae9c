//! What the files that write down a [`Recipe`] share: head, constants and schedule.

use super::{number, one_line, rounded, shown};
use crate::export::recipe::Recipe;
use crate::train::spec::{Decay, Warmup};
use std::fmt::Write;

/// Rule, link and the command that runs the file, as comments.
pub(in crate::export) fn head(recipe: &Recipe, command: &str) -> String {
    format!(
        "# {}\n# {}\n#\n# {command}\n",
        one_line(&recipe.rule),
        one_line(&recipe.link)
    )
}

/// Learning rate, batch and its factors, length and seed, as constants. With `is_single` one process makes the whole
/// batch by accumulation.
pub(in crate::export) fn constants(recipe: &Recipe, is_single: bool) -> String {
    let b = recipe.batch;
    let (devices, nodes, accumulation) = if is_single {
        (1, 1, b.accumulation_on_one())
    } else {
        (
            b.devices.max(1),
            b.nodes.max(1),
            u64::from(b.accumulation.max(1)),
        )
    };
    format!(
        "LR = {}  # {}\n\
         PER_DEVICE = {}  # examples that a device takes at once\n\
         DEVICES = {devices}  # per node\n\
         NODES = {nodes}\n\
         ACCUMULATION = {accumulation}  # backward passes per optimiser step\n\
         BATCH = PER_DEVICE * DEVICES * NODES * ACCUMULATION  # {} examples per optimiser step\n\
         BUDGET = {}  # examples\n\
         STEPS = max(BUDGET // BATCH, 1)  # {}\n\
         SEED = {}\n\n\n",
        rounded(recipe.lr),
        shown(recipe.lr),
        b.per_device.max(1),
        b.total(),
        recipe.budget_examples,
        recipe.total_steps(),
        recipe.seed,
    )
}

/// The loss of a micro-batch. Programs average it over micro-batches and devices, so B times the mean becomes the sum over
/// the batch.
pub(in crate::export) fn loss(recipe: &Recipe) -> &'static str {
    if recipe.is_summed {
        "def loss_of(outputs, targets):\n    \
         \"\"\"The sum over the batch, which LR is for: BATCH times the mean, which is averaged over micro-batches and devices.\"\"\"\n    \
         return BATCH * torch.nn.functional.cross_entropy(outputs, targets)\n\n\n"
    } else {
        "loss_of = torch.nn.CrossEntropyLoss()  # the mean over a micro-batch; a sum would make the learning rate grow with it\n\n\n"
    }
}

/// The learning rate of a step as a multiple of LR; see `train/schedule.rs`.
pub(in crate::export) fn lr_factor(recipe: &Recipe) -> String {
    let mut out = String::from(
        "def lr_factor(step):\n    \"\"\"Learning rate of a step, counted from 0, as a multiple of LR.\"\"\"\n",
    );
    let length = recipe.warmup_examples();
    let is_constant = recipe.schedule.decay == Decay::Constant;
    if length > 0 || !is_constant {
        out.push_str("    n = step * BATCH  # examples before the step\n");
    }
    // Writing to a String cannot fail.
    match recipe.schedule.warmup {
        Warmup::Gradual { start_lr, .. } if length > 0 => {
            let start = number(start_lr / recipe.lr);
            let _ = write!(
                out,
                "    if n < {length}:  # gradual warmup (Goyal et al. 2017, arXiv:1706.02677, section 2.2)\n        \
                 return {start} + (1 - {start}) * n / {length}\n"
            );
        }
        Warmup::Constant { start_lr, .. } if length > 0 => {
            let _ = write!(
                out,
                "    if n < {length}:  # constant warmup (Goyal et al. 2017, arXiv:1706.02677, section 2.2)\n        \
                 return {}\n",
                number(start_lr / recipe.lr)
            );
        }
        _ => {}
    }
    let _ = match recipe.schedule.decay {
        Decay::Constant => writeln!(out, "    return 1.0"),
        Decay::Cosine { final_fraction } => {
            // The plain half cosine is what most readers know.
            let half = "0.5 * (1 + math.cos(math.pi * progress))";
            let value = if final_fraction > 0.0 {
                format!("{final_fraction:?} + (1 - {final_fraction:?}) * {half}")
            } else {
                half.to_owned()
            };
            write!(
                out,
                "    # Cosine (Loshchilov and Hutter 2017, arXiv:1608.03983, eq. 5)\n    \
                 progress = min((n - {length}) / max(BUDGET - {length}, 1), 1.0)\n    \
                 return {value}\n"
            )
        }
        Decay::Steps { factor } => write!(
            out,
            "    # Goyal's epochs 30, 60 and 80 of 90\n    \
             return {factor:?} ** sum(n * d >= BUDGET * k for k, d in ((1, 3), (2, 3), (8, 9)))\n"
        ),
    };
    out.push_str("\n\n");
    out
}
