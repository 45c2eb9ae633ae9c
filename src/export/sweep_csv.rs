//! Every run of a sweep as comma-separated values, with all digits.

use crate::experiment::sweep::config::lr_of;
use crate::experiment::sweep::outcome::Outcome;
use crate::experiment::sweep::record::SweepRecord;
use std::fmt::Write;

/// One row per run, batch sizes rising, seeds and learning rates within them; the link as a comment.
///
/// The score is steps to the target, or the final loss; it is empty where a run has none.
pub fn sweep(record: &SweepRecord, link: &str) -> String {
    let link: String = link.chars().filter(|c| !c.is_control()).collect();
    let config = record.config();
    let mut out = format!(
        "# {link}\n# digest {}\nbatch_size [examples],seed_index,lr,outcome,score,steps_done,final_train_loss\n",
        record.digest()
    );
    for batch_idx in 0..config.n_batches {
        for (seed_idx, column) in record.columns_of(batch_idx).iter().enumerate() {
            for (cell, outcome) in column.cells() {
                let (name, score) = match outcome {
                    Outcome::Scored(score) => ("scored", score.to_string()),
                    Outcome::Missed => ("missed", String::new()),
                    Outcome::Abandoned => ("given_up", String::new()),
                    Outcome::Diverged { .. } => ("diverged", String::new()),
                };
                let loss = cell
                    .run
                    .curve
                    .last()
                    .map_or(String::new(), |p| p.1.to_string());
                // Writing to a String cannot fail.
                let _ = writeln!(
                    out,
                    "{},{seed_idx},{},{name},{score},{},{loss}",
                    config.batch(batch_idx),
                    lr_of(cell.rung),
                    cell.run.n_steps,
                );
            }
        }
    }
    out
}
