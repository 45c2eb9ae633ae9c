//! Every run of a sweep as comma-separated values, with all digits.

use crate::experiment::sweep::config::{Metric, lr_of};
use crate::experiment::sweep::outcome::Outcome;
use crate::experiment::sweep::record::SweepRecord;
use std::fmt::Write;

/// One row per run, batch sizes rising, seeds and learning rates within them; the link as a comment.
///
/// What the metric counts is named by its column: steps and examples to the target, or the final loss at equal
/// examples or steps. It is empty where a run has none.
pub fn sweep(record: &SweepRecord, link: &str) -> String {
    let link: String = link.chars().filter(|c| !c.is_control()).collect();
    let config = record.config();
    let metric = match config.metric {
        Metric::StepsToTarget { .. } => "steps_to_target,examples_to_target [examples]",
        Metric::LossAtExamples => "loss_at_equal_examples",
        Metric::LossAtSteps => "loss_at_equal_steps",
    };
    let has_examples = matches!(config.metric, Metric::StepsToTarget { .. });
    let mut out = format!(
        "# {link}\n# digest {}\nbatch_size [examples],seed_index,lr,outcome,{metric},steps_done,final_train_loss\n",
        record.digest()
    );
    for batch_idx in 0..config.n_batches {
        let batch = config.batch(batch_idx);
        for (seed_idx, column) in record.columns_of(batch_idx).iter().enumerate() {
            for (cell, outcome) in column.cells() {
                let name = match outcome {
                    Outcome::Scored(_) => "scored",
                    Outcome::Missed => "missed",
                    Outcome::StartedBelow => "started_below_target",
                    Outcome::Abandoned => "given_up",
                    Outcome::Diverged { .. } => "diverged",
                };
                let score = match outcome.score() {
                    Some(steps) if has_examples => format!("{steps},{}", steps * f64::from(batch)),
                    Some(loss) => loss.to_string(),
                    None if has_examples => ",".to_owned(),
                    None => String::new(),
                };
                let loss = cell
                    .run
                    .curve
                    .last()
                    .map_or(String::new(), |p| p.1.to_string());
                // Writing to a String cannot fail.
                let _ = writeln!(
                    out,
                    "{batch},{seed_idx},{},{name},{score},{},{loss}",
                    lr_of(cell.rung),
                    cell.run.n_steps,
                );
            }
        }
    }
    out
}
