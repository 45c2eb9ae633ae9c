//! The search of a sweep on landscapes that are known: what it runs, in which order, and that neither the order of the
//! answers nor giving up hopeless runs changes what it finds.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

#[path = "support/sweeps.rs"]
mod sweeps;

use critical_batch::experiment::race::LaneKind;
use critical_batch::experiment::race_state::RacePlan;
use critical_batch::experiment::sweep::column::{Column, Edge, HOPELESS};
use critical_batch::experiment::sweep::config::{
    HIGHEST_RUNG, LOWEST_RUNG, Metric, SweepConfig, lr_of,
};
use critical_batch::experiment::sweep::outcome::Outcome;
use critical_batch::experiment::sweep::record::{Place, SweepRecord};
use critical_batch::experiment::sweep::ridge::{n_censored, ridge, slope};
use critical_batch::experiment::sweep::state::race_of_cell;
use critical_batch::export::sweep_csv;
use critical_batch::params::race::{OptimizerKind, RaceState, TaskKind};
use critical_batch::theory::rules::{BasePoint, ScalingRule};
use critical_batch::train::spec::{StopReason, TaskSpec};
use critical_batch::units::{BatchSize, LearningRate, NoiseScale};
use critical_batch::worker::measure::Measurement;
use critical_batch::worker::protocol::{CellRun, MeasuredRun};
use proptest::prelude::*;
use sweeps::sgd_sweep;

const ALL_RUNGS: (i32, i32) = (LOWEST_RUNG, HIGHEST_RUNG);

/// A run that reaches its target after exactly `steps`, or is stopped at its cap before.
fn arriving(steps: f64, max_steps: Option<u64>) -> MeasuredRun {
    let last = steps.ceil() as u64;
    if max_steps.is_some_and(|max| last > max) {
        return MeasuredRun {
            n_steps: max_steps.unwrap(),
            stop: None,
            curve: vec![(0, 4.0)],
        };
    }
    MeasuredRun {
        n_steps: last,
        stop: Some(StopReason::TargetReached),
        // From loss 4 to 1 on a straight line in the logarithm, and the target 2 is met at `steps`.
        curve: vec![
            (0, 4.0),
            (2 * last, 4.0 * 0.5_f64.powf(2.0 * last as f64 / steps)),
        ],
    }
}

fn diverged() -> MeasuredRun {
    MeasuredRun {
        n_steps: 3,
        stop: Some(StopReason::Diverged { step: 3 }),
        curve: vec![(0, 4.0)],
    }
}

const METRIC: Metric = Metric::StepsToTarget { target: 2.0 };

/// Runs one column on `steps_at`, which gives no steps where a rung diverges; the rungs in the order they were run.
fn search(column: &mut Column, steps_at: impl Fn(i32) -> Option<f64>) -> Vec<i32> {
    let mut order = Vec::new();
    loop {
        let round = column.take_round();
        if round.is_empty() {
            assert!(column.is_done());
            return order;
        }
        for wanted in round {
            order.push(wanted.rung);
            let run =
                steps_at(wanted.rung).map_or_else(diverged, |s| arriving(s, wanted.max_steps));
            column.take(wanted.rung, Outcome::of(&run, METRIC), run);
        }
    }
}

/// Steps as on a quadratic: twice as many at half the rate, and nothing works above twice the best.
fn valley(best: f64) -> impl Fn(i32) -> Option<f64> {
    move |rung| {
        let r = lr_of(rung) / lr_of(0) / libm::exp2(best / 2.0);
        (r < 2.0).then(|| 100.0 / (r * (2.0 - r)))
    }
}

#[test]
fn a_search_brackets_its_best_and_refines_it() {
    for best in [-9.3, -4.0, 0.4, 3.0] {
        for start in [-8, 0, 6] {
            let mut column = Column::new(start, ALL_RUNGS);
            let order = search(&mut column, valley(best));
            let found = column.best().unwrap();
            assert_eq!(found.edge, None);
            assert!(
                (f64::from(found.rung) - best).abs() <= 1.0,
                "{best}: {found:?}"
            );
            let off = libm::log2(found.lr) * 2.0 - best;
            assert!(
                off.abs() < 0.5,
                "within a quarter of an octave: {best} {found:?}"
            );
            // Nothing is run twice, and the two odd rungs come last.
            let mut sorted = order.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), order.len());
            assert!(order[..order.len() - 2].iter().all(|rung| rung % 2 == 0));
            assert!(order[order.len() - 2..].iter().all(|rung| rung % 2 != 0));
        }
    }
}

#[test]
fn a_search_that_starts_where_all_diverges_comes_down() {
    let mut column = Column::new(8, ALL_RUNGS);
    search(&mut column, valley(0.0));
    assert_eq!(column.best().unwrap().rung, 0);
    let mut column = Column::new(0, ALL_RUNGS);
    let order = search(&mut column, |_| None);
    assert_eq!(column.best(), None);
    assert!(order.len() <= 8, "it gives up: {order:?}");
}

#[test]
fn the_end_of_the_range_is_an_edge_until_it_is_extended() {
    let mut column = Column::new(0, (-4, 2));
    let first = search(&mut column, valley(6.0));
    let found = column.best().unwrap();
    assert_eq!((found.rung, found.edge), (2, Some(Edge::High)));
    column.set_range((-4, 12));
    assert!(!column.is_done());
    let more = search(&mut column, valley(6.0));
    assert!(
        more.iter().all(|rung| !first.contains(rung)),
        "nothing is run again"
    );
    assert_eq!(
        (column.best().unwrap().rung, column.best().unwrap().edge),
        (6, None)
    );
}

#[test]
fn giving_up_hopeless_runs_changes_neither_winner_nor_map() {
    for best in [-5.0, 0.0, 2.5] {
        // Steep enough that two octaves below the best are hopeless.
        let steep = |rung| valley(best)(rung).map(|steps| steps * steps / 100.0);
        let mut capped = Column::new(-2, ALL_RUNGS);
        search(&mut capped, steep);
        let mut patient = Column::new(-2, ALL_RUNGS);
        loop {
            let round = patient.take_round();
            if round.is_empty() {
                break;
            }
            for wanted in round {
                let run = steep(wanted.rung).map_or_else(diverged, |s| arriving(s, None));
                patient.take(wanted.rung, Outcome::of(&run, METRIC), run);
            }
        }
        assert_eq!(capped.best(), patient.best());
        let map = |column: &Column| -> Vec<(i32, Outcome)> {
            column
                .cells()
                .map(|(cell, outcome)| (cell.rung, outcome))
                .collect()
        };
        assert!(
            map(&capped).iter().any(|(_, o)| *o == Outcome::Abandoned),
            "the rule is at work"
        );
        let known: Vec<_> = map(&patient)
            .into_iter()
            .filter(|(rung, _)| capped.cell(*rung).is_some())
            .collect();
        assert_eq!(map(&capped), known);
        for (_, outcome) in map(&capped) {
            if let Outcome::Scored(score) = outcome {
                assert!(score <= HOPELESS * capped.best().unwrap().score);
            }
        }
    }
}

/// A sweep whose best learning rate follows the noise-scale rule, answered by formula.
fn known_sweep(noise_scale: f64) -> (SweepConfig, impl Fn(&CellRun) -> MeasuredRun) {
    let config = sgd_sweep(TaskSpec::Quadratic { n_dims: 4 }, METRIC, 0.05, 20.0, 1);
    let base = BasePoint {
        batch: BatchSize::clamped(4.0),
        lr: LearningRate::clamped(0.07),
    };
    let rule = ScalingRule::NoiseScale {
        noise_scale: NoiseScale::clamped(noise_scale),
        alpha: critical_batch::units::Alpha::clamped(1.0),
    };
    let measure = move |run: &CellRun| {
        let place = Place::of(run.cell);
        let batch = f64::from(run.config.batch_size);
        let luck = 1.0 + 0.03 * f64::from(place.seed_idx);
        let best = 2.0 * libm::log2(rule.scale_lr(base, BatchSize::clamped(batch)));
        let steps = valley(best)(place.rung).map(|s| s * luck * (1.0 + 40.0 / batch));
        steps.map_or_else(diverged, |s| arriving(s, run.max_steps))
    };
    (config, measure)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_order_of_answers_changes_nothing(order in proptest::collection::vec(any::<prop::sample::Index>(), 600)) {
        let (config, measure) = known_sweep(30.0);
        let mut straight = SweepRecord::new(config.clone());
        straight.run_with(&measure);
        // Several runs under way at once, answered in any order.
        let mut shuffled = SweepRecord::new(config);
        let mut under_way: Vec<CellRun> = Vec::new();
        let mut picks = order.iter().cycle();
        loop {
            while under_way.len() < 5 && let Some(run) = shuffled.next_run() {
                under_way.push(run);
            }
            if under_way.is_empty() {
                break;
            }
            let run = under_way.remove(picks.next().unwrap().index(under_way.len()));
            shuffled.take(run.cell, measure(&run));
        }
        prop_assert!(shuffled.is_done());
        prop_assert_eq!(shuffled.digest(), straight.digest());
        prop_assert_eq!(shuffled.n_done(), straight.n_expected());
    }
}

#[test]
fn a_known_ridge_is_found() {
    let (config, measure) = known_sweep(30.0);
    let mut record = SweepRecord::new(config);
    record.run_with(&measure);
    let points = ridge(&record);
    assert_eq!(points.len(), 11);
    assert!(points.iter().all(|p| p.is_usable()));
    // The rule's own slopes: 1/(1 + B/B_noise) on the way.
    assert!((slope(&points, 1.0, 4.0).unwrap() - 0.92).abs() < 0.1);
    assert!(slope(&points, 256.0, 1024.0).unwrap().abs() < 0.12);
    assert_eq!(slope(&points, 1.0, 2.0), None, "two points make no slope");
}

#[test]
fn coarse_batches_come_first() {
    let (config, _) = known_sweep(30.0);
    let mut record = SweepRecord::new(config);
    let mut batches = Vec::new();
    while let Some(run) = record.next_run() {
        if !batches.contains(&run.config.batch_size) {
            batches.push(run.config.batch_size);
        }
    }
    assert_eq!(batches, [1, 16, 256, 4, 64, 1024, 2, 8, 32, 128, 512]);
}

#[test]
fn what_was_under_way_is_handed_out_again_after_a_stop() {
    let (config, measure) = known_sweep(30.0);
    let mut whole = SweepRecord::new(config.clone());
    whole.run_with(&measure);
    let mut record = SweepRecord::new(config);
    for _ in 0..40 {
        if let Some(run) = record.next_run() {
            let measured = measure(&run);
            record.take(run.cell, measured);
        }
    }
    let lost = record.next_run().unwrap();
    let n_done = record.n_done();
    record.forget_pending();
    assert_eq!(record.n_done(), n_done);
    record.take(lost.cell, measure(&lost));
    assert_eq!(
        record.n_done(),
        n_done,
        "nobody waits for this answer any more"
    );
    record.run_with(&measure);
    assert_eq!(record.digest(), whole.digest());
}

#[test]
fn slicing_a_measurement_changes_nothing() {
    let config = sgd_sweep(
        TaskSpec::Quadratic { n_dims: 20 },
        Metric::StepsToTarget { target: 0.2 },
        0.1,
        20.0,
        3,
    );
    let mut record = SweepRecord::new(config);
    for _ in 0..12 {
        let run = record.next_run().unwrap();
        let whole = Measurement::to_end(&run).unwrap();
        for n_steps in [1, 7, 1000] {
            let mut sliced = Measurement::new(&run).unwrap();
            while !sliced.advance(n_steps) {}
            assert_eq!(sliced.result(), whole);
        }
    }
}

#[test]
fn numbers_of_runs_lead_back_to_their_places() {
    for rung in [LOWEST_RUNG, -1, 0, HIGHEST_RUNG] {
        for batch_idx in [0, 12] {
            let place = Place {
                batch_idx,
                seed_idx: 4,
                rung,
            };
            assert_eq!(Place::of(place.number()), place);
        }
    }
}

#[test]
fn a_cell_opened_in_race_is_the_same_run() {
    let state = RaceState {
        seed: 5.0,
        momentum: 0.9,
        ..RaceState::for_task(TaskKind::Digits, OptimizerKind::Momentum)
    };
    let config = SweepConfig::of(&state);
    for (batch_idx, rung) in [(0, -8), (5, -3), (10, 1)] {
        let race = race_of_cell(&state, &config, batch_idx, lr_of(rung));
        let plan = RacePlan::of(&race);
        let custom = plan
            .lanes
            .iter()
            .position(|l| l.kind == LaneKind::Custom)
            .unwrap();
        for (seed_idx, run) in plan.runs_of(custom).enumerate() {
            let of_sweep = config.run(batch_idx, rung, seed_idx as u32);
            assert_eq!(plan.runs[run].config, of_sweep);
        }
        assert_eq!(plan.runs_of(custom).len(), 3);
    }
}

#[test]
fn a_target_that_training_starts_at_ends_every_search_after_one_run() {
    let task = TaskSpec::Quadratic { n_dims: 20 };
    let target = Metric::StepsToTarget { target: 50.0 };
    let mut record = SweepRecord::new(SweepConfig {
        n_batches: 3,
        ..sgd_sweep(task, target, 0.1, 20.0, 9)
    });
    assert_eq!(record.loss_below_target(), None, "nothing is known yet");
    record.run_with(|run| Measurement::to_end(run).unwrap());
    assert!(record.is_done());
    assert_eq!(record.n_done(), 9);
    let loss = record.loss_below_target().unwrap();
    assert!((0.1..50.0).contains(&loss), "{loss}");
    assert_eq!(n_censored(&record), 0, "none of them missed it");
    assert!(ridge(&record).is_empty());
    let csv = sweep_csv::sweep(&record, "link");
    assert_eq!(csv.matches("started_below_target,,,0,").count(), 9, "{csv}");
}

#[test]
fn the_csv_names_what_the_metric_counts() {
    let task = TaskSpec::Quadratic { n_dims: 20 };
    for (metric, columns) in [
        (METRIC, "steps_to_target,examples_to_target [examples]"),
        (Metric::LossAtExamples, "loss_at_equal_examples"),
        (Metric::LossAtSteps, "loss_at_equal_steps"),
    ] {
        let mut record = SweepRecord::new(SweepConfig {
            n_batches: 2,
            budget_examples: 256,
            ..sgd_sweep(task, metric, 0.1, 20.0, 9)
        });
        record.run_with(|run| Measurement::to_end(run).unwrap());
        let csv = sweep_csv::sweep(&record, "https://host/#/sweep?v=1\n1,2,3");
        let mut lines = csv.lines();
        assert_eq!(lines.next(), Some("# https://host/#/sweep?v=11,2,3"));
        assert!(lines.next().unwrap().starts_with("# digest "));
        let header = lines.next().unwrap();
        assert!(header.contains(columns), "{header}");
        let n_columns = header.split(',').count();
        let rows: Vec<&str> = lines.collect();
        assert_eq!(rows.len(), record.n_done());
        for row in rows {
            assert_eq!(row.split(',').count(), n_columns, "{row}");
        }
    }
}
