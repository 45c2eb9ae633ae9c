//! Every recorded point of a race as comma-separated values, with all digits.

use crate::experiment::race_record::RaceRecord;
use crate::params::race::LANE_NAMES;
use std::fmt::Write;

/// One row per sample, lanes in order and seeds in order within them; the link as a comment. What a task does not
/// have, or what was not measured at a sample, is left empty.
pub fn race(record: &RaceRecord, link: &str) -> String {
    let link: String = link.chars().filter(|c| !c.is_control()).collect();
    let mut out = format!(
        "# {link}\n# digest {}\nlane,seed_index,batch_size [examples],step,examples,lr,train_loss,test_loss,\
         test_accuracy,batch_loss,batch_grad_norm_sq,corrected_grad_norm_sq,grad_norm_sq,noise_trace,\
         noise_scale [examples]\n",
        record.digest()
    );
    let text = |v: Option<f64>| v.map_or(String::new(), |v| v.to_string());
    for (i, lane) in record.plan.lanes.iter().enumerate() {
        for (seed, run) in record.seeds(i).iter().enumerate() {
            for sample in &run.samples {
                // Writing to a String cannot fail.
                let _ = writeln!(
                    out,
                    "{},{seed},{},{},{},{},{},{},{},{},{},{},{},{},{}",
                    LANE_NAMES[lane.kind as usize],
                    lane.batch,
                    sample.step,
                    sample.n_examples,
                    sample.lr,
                    sample.train_loss,
                    text(sample.test_loss),
                    text(sample.test_accuracy),
                    text(sample.batch_loss),
                    text(sample.batch_grad_norm_sq),
                    text(sample.corrected_grad_norm_sq),
                    text(sample.noise.map(|n| n.grad_norm_sq)),
                    text(sample.noise.map(|n| n.noise_trace)),
                    text(sample.noise.and_then(|n| n.noise_scale)),
                );
            }
        }
    }
    out
}
