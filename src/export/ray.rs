//! A sweep on the digits as a Ray Tune program, for one machine or a cluster.

use super::program::{body, constants};
use super::python::{RAY, number, one_line};
use crate::experiment::sweep::config::{HIGHEST_RUNG, LOWEST_RUNG, Metric, SweepConfig, lr_of};
use crate::params::race::RaceState;
use crate::train::spec::TaskSpec;
use std::fmt::Write;

/// Rungs, half octaves, on either side of a search's start that the grid holds: three octaves. A search goes on until
/// the best is inside; a grid is known before it runs, and says where it was too narrow.
const AROUND: i32 = 6;

/// The sweep that the controls describe, as a program that needs torch, numpy and ray\[tune\]; `None` where the task
/// is not the digits. Every cell of the grid is one trial, the same run as the page's. It writes the table of
/// `sweep_csv.rs`.
pub fn sweep(state: &RaceState, link: &str) -> Option<String> {
    let config = SweepConfig::of(state);
    let TaskSpec::Digits {
        n_hidden,
        activation,
    } = config.task
    else {
        return None;
    };
    let mut out = format!(
        "# {}\n#\n# The sweep of that page with Ray Tune and PyTorch: every trial is one of its runs.\n\
         # pip install torch numpy \"ray[tune]\"; python sweep.py\n\
         # On a cluster: ray job submit --working-dir . -- python sweep.py --storage SHARED_FOLDER_OR_S3\n\
         # Run again after an interruption, it goes on where it stopped and retries what failed.\n\
         import argparse\nimport csv\nimport math\nimport os\nimport sys\n\nimport numpy as np\nimport ray\nimport torch\n\
         from ray import tune\n\n",
        one_line(link)
    );
    out.push_str(&constants(
        link,
        n_hidden,
        activation,
        config.sampling,
        config.seed,
        config.n_seeds,
    ));
    let (metric, target) = match config.metric {
        Metric::StepsToTarget { target } => ("steps_to_target", target),
        Metric::LossAtExamples => ("loss_at_equal_examples", 0.0),
        Metric::LossAtSteps => ("loss_at_equal_steps", 0.0),
    };
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "METRIC = \"{metric}\"\nTARGET = {}  # full training loss, mean over the last quarter of the steps\n\
         BUDGET = {}  # examples of a run; to a target at least 1000 steps\nBUDGET_STEPS = {}\n\
         GRID = [  # batch size, learning rates\n",
        number(target),
        config.budget_examples,
        config.budget_steps
    );
    for batch_idx in 0..config.n_batches {
        let rates: Vec<String> = rungs(&config, batch_idx)
            .map(|rung| number(lr_of(rung)))
            .collect();
        let _ = writeln!(
            out,
            "    ({}, [{}]),",
            config.batch(batch_idx),
            rates.join(", ")
        );
    }
    out.push_str("]\n\n");
    out.push_str(&body(config.optimizer, RAY));
    Some(out)
}

/// The whole range if the reader has set one, else what lies around the start of the search.
fn rungs(config: &SweepConfig, batch_idx: u32) -> core::ops::RangeInclusive<i32> {
    let (low, high) = config.rungs;
    if (low, high) == (LOWEST_RUNG, HIGHEST_RUNG) {
        let start = config.first_rung(batch_idx);
        (start - AROUND).max(low)..=(start + AROUND).min(high)
    } else {
        low..=high
    }
}
