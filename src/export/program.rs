//! A race on the digits as a self-contained PyTorch program: the same weights, batches, schedule, lanes and seeds.

use super::python::{CORE, RACE, make_optimizer, number, one_line, quoted, truth};
use crate::experiment::race::seed_of;
use crate::experiment::race_state::RacePlan;
use crate::params::race::{LANE_NAMES, RaceState};
use crate::train::data;
use crate::train::spec::{Activation, Decay, OptimizerSpec, Sampling, TaskSpec, Warmup};
use std::fmt::Write;

/// The race that the controls describe, as a program that needs torch and numpy alone; `None` where the task is not
/// the digits. It writes the table of `race_csv.rs` without the columns of the gradient noise.
pub fn race(state: &RaceState, link: &str) -> Option<String> {
    let plan = RacePlan::of(state);
    let config = &plan.config;
    let TaskSpec::Digits {
        n_hidden,
        activation,
    } = config.task
    else {
        return None;
    };
    let mut out = format!(
        "# {}\n#\n# The race of that page in PyTorch: the same data, initial weights, batches and learning rates.\n\
         # pip install torch numpy; python race.py [race.csv]\n\
         import csv\nimport functools\nimport math\nimport sys\n\nimport numpy as np\nimport torch\n\n",
        one_line(link)
    );
    out.push_str(&constants(
        link,
        n_hidden,
        activation,
        config.sampling,
        config.seed,
        config.n_seeds(),
    ));
    let decay = match config.decay {
        Decay::Constant => ("constant", 1.0),
        Decay::Cosine { final_fraction } => ("cosine", final_fraction),
        Decay::Steps { factor } => ("steps", factor),
    };
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "DECAY = (\"{}\", {})\nBUDGET = {}  # examples that each run may process\nTARGET = {}  # full training loss\n\
         STOP_AT_TARGET = {}\nLANES = [  # warmup: kind, first learning rate, examples\n",
        decay.0,
        number(decay.1),
        config.budget_examples,
        number(config.target_loss),
        truth(config.stop_at_target)
    );
    for (lane_idx, lane) in plan.lanes.iter().enumerate() {
        let run = plan.runs.get(plan.runs_of(lane_idx).start)?;
        let (kind, start_lr, n_examples) = match run.config.schedule.warmup {
            Warmup::None => ("none", 0.0, 0),
            Warmup::Gradual {
                start_lr,
                n_examples,
            } => ("gradual", start_lr, n_examples),
            Warmup::Constant {
                start_lr,
                n_examples,
            } => ("constant", start_lr, n_examples),
        };
        let _ = writeln!(
            out,
            "    dict(name=\"{}\", batch={}, lr={}, warmup=(\"{kind}\", {}, {n_examples})),",
            LANE_NAMES[lane.kind as usize],
            lane.batch,
            number(lane.lr),
            number(start_lr)
        );
    }
    out.push_str("]\n\n");
    out.push_str(&body(config.optimizer, RACE));
    Some(out)
}

/// Network, way of drawing and seeds.
pub(super) fn constants(
    link: &str,
    n_hidden: u32,
    activation: Activation,
    sampling: Sampling,
    root: u64,
    n_seeds: u32,
) -> String {
    let seeds: Vec<String> = (0..n_seeds).map(|i| seed_of(root, i).to_string()).collect();
    format!(
        "LINK = {}\nN_HIDDEN = {n_hidden}\nACTIVATION = torch.nn.{}\nWITH_REPLACEMENT = {}\n\
         N_TRAIN = {}\nSEEDS = [{}]  # of the page's seed {root}\n",
        quoted(link),
        match activation {
            Activation::Relu => "ReLU",
            Activation::Tanh => "Tanh",
        },
        truth(sampling == Sampling::WithReplacement),
        data::digits().train.n_examples(),
        seeds.join(", ")
    )
}

/// Everything after the constants: the experiment, what surrounds it, and the digits.
pub(super) fn body(optimizer: OptimizerSpec, around: &str) -> String {
    let mut out = String::with_capacity(150_000);
    out.push('\n');
    out.push_str(&make_optimizer(optimizer, "params, lr", "lr"));
    out.push_str(CORE);
    out.push_str("\n\n");
    out.push_str(around);
    out.push_str(
        "# Optical recognition of handwritten digits, E. Alpaydin and C. Kaynak 1998, UCI Machine Learning Repository,\n\
         # doi 10.24432/C50P49, CC BY 4.0. A line is a class and 8 x 8 pixels, 0 to g in base 17; first the training set.\n\
         DIGITS = \"\"\"\n",
    );
    push_digits(&mut out);
    out.push_str("\"\"\"\n\nif __name__ == \"__main__\":\n    main()\n");
    out
}

fn push_digits(out: &mut String) {
    let split = data::digits();
    for set in [&split.train, &split.test] {
        for (idx, label) in set.labels.iter().enumerate() {
            out.push(char::from(b'0' + label));
            // Pixels are whole sixteenths.
            out.extend(
                set.example(idx).iter().map(|pixel| {
                    char::from(b"0123456789abcdefg"[((pixel * 16.0) as usize).min(16)])
                }),
            );
            out.push('\n');
        }
    }
}
