//! Writes the files of runs that the page offers to try, to standard output.
//!
//! Run: cargo run --release --no-default-features --example make_runs -- synthetic > src/measurements/examples/synthetic.csv
//! and the same with `digits`. `mnist.csv` is published data and not made here.

#[path = "../tests/support/synthetic_runs.rs"]
mod synthetic_runs;

use critical_batch::experiment::sweep::config::SweepConfig;
use critical_batch::experiment::sweep::record::SweepRecord;
use critical_batch::export::sweep_csv;
use critical_batch::params::race::{OptimizerKind, RaceState, TaskKind};
use critical_batch::units::round_sig;
use critical_batch::worker::measure::Measurement;

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("synthetic") => print!("{}", synthetic_runs::text(1)),
        Some("digits") => print!("{}", digits()),
        _ => {
            eprintln!("Say which: synthetic or digits.");
            std::process::exit(2);
        }
    }
}

/// The sweep that the Sweep panel offers first, in its own format, rounded to keep the file small.
fn digits() -> String {
    let state = RaceState::for_task(TaskKind::Digits, OptimizerKind::Sgd);
    let mut record = SweepRecord::new(SweepConfig::of(&state));
    record.run_with(|run| Measurement::to_end(run).expect("the default sweep can be trained"));
    let text = sweep_csv::sweep(
        &record,
        "A sweep of Digits with SGD by Critical Batch's own trainer, numbers rounded to 5 digits; examples/make_runs.rs",
    );
    let rounded = |field: &str| match field.parse::<f64>() {
        Ok(number) if field.contains('.') => round_sig(number, 5).to_string(),
        _ => field.to_owned(),
    };
    let line = |line: &str| {
        if line.starts_with('#') {
            return line.to_owned() + "\n";
        }
        let fields: Vec<String> = line.split(',').map(rounded).collect();
        fields.join(",") + "\n"
    };
    text.lines().map(line).collect()
}
