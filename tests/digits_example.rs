//! The shipped runs of Digits: they are the cells of the program that the Sweep panel hands over, trained in PyTorch, and
//! say what is known of that task.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

#[path = "support/digits_sweep.rs"]
mod digits_sweep;
#[path = "support/findings.rs"]
mod support;

use critical_batch::experiment::sweep::config::SweepConfig;
use critical_batch::experiment::sweep::outcome::Outcome;

use critical_batch::experiment::your_runs::Fitted;
use critical_batch::measurements::{Metric, Rows, Run, Unit, examples, read};
use critical_batch::units::round_sig;
use critical_batch::worker::measure::Measurement;
use critical_batch::worker::protocol::CellRun;
use support::findings;

fn runs() -> Vec<Run> {
    let reading = read(examples::DIGITS.as_bytes());
    assert_eq!((reading.n_bad, reading.unit), (0, Unit::Examples));
    match reading.rows {
        Rows::Runs {
            metric: Metric::Steps,
            runs,
        } => runs,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_file_names_its_program_and_versions_and_holds_that_programs_cells() {
    let comment: String = examples::DIGITS
        .lines()
        .take_while(|line| line.starts_with('#'))
        .collect();
    for part in [&digits_sweep::link(), "torch 2.", "ray 2.", "PyTorch"] {
        assert!(comment.contains(part), "{part} in {comment}");
    }
    // The grid as the program lists it: `(batch, [rates]),`, each with every seed.
    let program = digits_sweep::program();
    let grid = program.split("GRID = [").nth(1).unwrap();
    let mut cells = Vec::new();
    for line in grid.lines().skip(1).take_while(|line| *line != "]") {
        let (batch, rates) = line.split_once(", [").unwrap();
        let batch: u32 = batch.trim().trim_start_matches('(').parse().unwrap();
        for rate in rates.trim_end_matches("]),").split(", ") {
            let rate: f64 = rate.parse().unwrap();
            cells.extend((0..3).map(|seed| (batch, round_sig(rate, 4), seed)));
        }
    }
    assert_eq!(cells.len(), 9 * 13 * 3);
    let found: Vec<(u32, f64, u64)> = runs().iter().map(|r| (r.batch, r.lr, r.seed)).collect();
    assert_eq!(found, cells);
}

#[test]
fn pytorchs_runs_are_our_own() {
    let config = SweepConfig::of(&digits_sweep::state());
    let mut n_compared = 0;
    // The steepest part of the way to the target, where rounding in f32 grows least, at some batch sizes.
    for run in runs() {
        let best = [(16, 0.7072), (64, 1.415), (256, 1.415)];
        if !best.iter().any(|&(b, lr)| b == run.batch && run.lr <= lr) {
            continue;
        }
        let measured = Measurement::to_end(&CellRun {
            cell: 0,
            config: config.run(
                run.batch.trailing_zeros(),
                (2.0 * run.lr.log2()).round() as i32,
                run.seed as u32,
            ),
            target: config.target(),
            max_steps: None,
        })
        .unwrap();
        let place = format!("B {}, lr {}, seed {}", run.batch, run.lr, run.seed);
        let Outcome::Scored(steps) = Outcome::of(&measured, config.metric) else {
            panic!("{place}: {measured:?}");
        };
        let error = (run.result.unwrap() / steps - 1.0).abs();
        assert!(error < 2e-3, "{place}: {error}");
        n_compared += 1;
    }
    assert_eq!(n_compared, 3 * (6 + 6 + 6));
}

#[test]
fn their_critical_batch_is_that_of_the_task() {
    let found = findings(examples::DIGITS);
    assert!(found.ridge.len() == 9 && found.ridge.iter().all(|p| p.is_usable()));
    let critical = found.critical_batch().unwrap();
    // As `tests/sweep.rs` finds with our own trainer, over more batch sizes.
    assert!(
        !critical.is_inconclusive()
            && critical.low >= 10.0
            && critical.high <= 60.0
            && critical.low < critical.fit.batch
            && critical.fit.batch < critical.high,
        "{critical:?}"
    );
    // Learning rates bend at the scale that `params/race.rs` names, 21 (11 to 31).
    let noise = found.noise_scale().unwrap();
    assert!((11.0..=31.0).contains(&noise.fit.batch), "{noise:?}");
    assert!(noise.low < 21.0 && noise.high > 21.0, "{noise:?}");
    let fit = found.fit(Fitted::LearningRate).unwrap();
    assert!(fit.fit.rms < 0.3, "{:?}", fit.fit);
}
