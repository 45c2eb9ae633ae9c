//! A hundred thousand rows of runs read natively, for `make bench`.
//!
//! Writes the rows to the file that is named, so that the page reads the same, and prints one line of JSON:
//! milliseconds and the number of rows.

use critical_batch::experiment::your_runs::RunFindings;
use critical_batch::experiment::your_runs::report::{Found, Report, SEED};
use critical_batch::train::rng::{Rng, Stream};
use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

/// The time is the median of so many readings.
const N_READINGS: usize = 5;

/// Eleven batch sizes, thirteen learning rates and seven hundred seeds: steps on the local quadratic model with
/// B_crit = 96, scattered by 5 %, under the names and among the other columns of a W&B export.
fn text() -> String {
    let mut rng = Rng::new(1, Stream::Noise);
    let mut out = String::from(
        "\"Name\",\"State\",\"batch_size\",\"learning_rate\",\"seed\",\"steps_to_target\",\"train/loss\"\n",
    );
    for octave in 0..11 {
        let batch = f64::from(1 << octave);
        let bend = 1.0 + 96.0 / batch;
        for rung in -6..7 {
            let r = (f64::from(rung) / 3.0).exp2();
            for seed in 0..700 {
                let steps = 250.0 * bend / (r * (2.0 - r)) * (0.05 * rng.normal()).exp();
                let lr = 0.4 / bend * r;
                let steps = if r < 2.0 {
                    steps.to_string()
                } else {
                    "NaN".to_owned()
                };
                // Writing to a String cannot fail.
                let _ = writeln!(
                    out,
                    "\"run-{octave}-{rung}-{seed}\",\"finished\",\"{batch}\",\"{lr}\",\"{seed}\",\"{steps}\",\"0.31\""
                );
            }
        }
    }
    out
}

fn main() -> Result<(), std::io::Error> {
    let text = text();
    if let Some(path) = std::env::args().nth(1) {
        std::fs::write(path, &text)?;
    }
    let mut n_rows = 0;
    let mut times: Vec<f64> = (0..N_READINGS)
        .map(|_| {
            let start = Instant::now();
            let report = Report::of(text.as_bytes());
            n_rows = report.n_rows;
            if let Found::Ridge(ridge) = report.found {
                black_box(RunFindings::of(ridge, 1.0, SEED));
            }
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{{\"ms\": {:.0}, \"rows\": {n_rows}}}",
        times[N_READINGS / 2]
    );
    Ok(())
}
