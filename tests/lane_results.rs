//! What the runs of a lane add up to, and who may be called the winner.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::experiment::lane_result::{
    LaneCurve, LaneResult, LaneStatus, Metric, SeedRun, ema_log, winner,
};
use critical_batch::experiment::lane_set::LaneKind;
use critical_batch::train::spec::{Sample, StopReason, TargetHit};

fn near(value: f64, expected: f64) {
    assert!(
        (value - expected).abs() <= 1e-9 * expected.abs(),
        "{value} is not {expected}"
    );
}

fn sample(step: u64, train_loss: f64) -> Sample {
    Sample {
        step,
        n_examples: 8 * step,
        lr: 0.1,
        batch_loss: None,
        train_loss,
        test_loss: None,
        test_accuracy: None,
        batch_grad_norm_sq: None,
        corrected_grad_norm_sq: None,
        noise: None,
    }
}

fn seed_run(samples: &[Sample], target: Option<u64>, stop: Option<StopReason>) -> SeedRun<'_> {
    let step = samples.last().map_or(0, |sample| sample.step);
    let target = target.map(|step| TargetHit {
        step,
        n_examples: 8 * step,
    });
    SeedRun {
        step,
        n_examples: 8 * step,
        samples,
        target,
        stop,
    }
}

#[test]
fn a_diverged_seed_drops_out_of_the_curve() {
    let whole: Vec<Sample> = [4.0, 3.0, 2.0, 1.0]
        .into_iter()
        .zip(0..)
        .map(|(loss, step)| sample(step, loss))
        .collect();
    let other: Vec<Sample> = [5.0, 4.0, 4.0, 3.0]
        .into_iter()
        .zip(0..)
        .map(|(loss, step)| sample(step, loss))
        .collect();
    let short = [sample(0, 9.0), sample(1, 50.0)];
    let spent = Some(StopReason::BudgetSpent);
    let seeds = [
        seed_run(&whole, None, spent),
        seed_run(&short, None, Some(StopReason::Diverged { step: 2 })),
        seed_run(&other, None, spent),
    ];
    let curve = LaneCurve::over_seeds(&seeds, Metric::TrainLoss);
    let points: Vec<_> = curve
        .points
        .iter()
        .map(|p| (p.step, p.n_examples, p.median, p.min, p.max, p.n_seeds))
        .collect();
    assert_eq!(
        points,
        [
            (0, 0, 5.0, 4.0, 9.0, 3),
            (1, 8, 4.0, 3.0, 50.0, 3),
            (2, 16, 3.0, 2.0, 4.0, 2),
            (3, 24, 2.0, 1.0, 3.0, 2)
        ]
    );
    assert!(
        LaneCurve::over_seeds(&seeds, Metric::TestLoss)
            .points
            .is_empty()
    );
    assert!(
        LaneCurve::over_seeds(&[], Metric::TrainLoss)
            .points
            .is_empty()
    );
}

#[test]
fn the_curve_waits_for_the_slowest_seed() {
    let ahead = [sample(0, 2.0), sample(1, 1.5), sample(2, 1.0)];
    let behind = [sample(0, 4.0), sample(1, 3.5)];
    let seeds = [seed_run(&ahead, None, None), seed_run(&behind, None, None)];
    let curve = LaneCurve::over_seeds(&seeds, Metric::TrainLoss);
    assert_eq!(
        curve
            .points
            .iter()
            .map(|p| (p.step, p.median))
            .collect::<Vec<_>>(),
        [(0, 3.0), (1, 2.5)]
    );
    // A seed that stopped at its target in between leaves no point of its own.
    let stopped = [sample(0, 4.0), sample(1, 0.5)];
    let sparse = [sample(0, 2.0), sample(2, 1.0)];
    let seeds = [
        seed_run(&stopped, Some(1), Some(StopReason::TargetReached)),
        seed_run(&sparse, None, None),
    ];
    let curve = LaneCurve::over_seeds(&seeds, Metric::TrainLoss);
    assert_eq!(
        curve
            .points
            .iter()
            .map(|p| (p.step, p.n_seeds))
            .collect::<Vec<_>>(),
        [(0, 2), (2, 1)]
    );
}

#[test]
fn smoothing_does_not_depend_on_how_often_samples_are_taken() {
    // A loss that falls by a factor of e every 100 examples and then stays.
    let at = |n: u64| (n, libm::exp(-(n.min(300) as f64) / 100.0));
    let coarse: Vec<(u64, f64)> = (0..=600).step_by(10).map(at).collect();
    let fine: Vec<(u64, f64)> = (0..=600).step_by(5).map(at).collect();
    let (coarse, fine) = (ema_log(&coarse, 60.0), ema_log(&fine, 60.0));
    assert_eq!(coarse[0], 1.0);
    for (i, value) in coarse.iter().enumerate() {
        assert!((libm::log(*value) - libm::log(fine[2 * i])).abs() < 0.03);
    }
    // Half of the way is left after a half-life: ln 1 = 0, then −2 for 60 examples.
    near(
        ema_log(&[(0, 1.0), (60, libm::exp(-2.0))], 60.0)[1],
        libm::exp(-1.0),
    );
    assert_eq!(
        ema_log(&[(0, 1.0), (5, 3.0)], 0.0),
        [1.0, 3.0_f64].map(|x| libm::exp(libm::log(x)))
    );
    // Accuracies of 0 and negative estimates have no logarithm.
    assert_eq!(
        ema_log(&[(0, 4.0), (60, -1.0), (60, 0.0), (60, 4.0)], 60.0)[1..3],
        [-1.0, 0.0]
    );
}

fn lane(kind: LaneKind, targets: &[Option<u64>]) -> LaneResult {
    let samples = [sample(0, 1.0), sample(100, 0.5)];
    let seeds: Vec<SeedRun> = targets
        .iter()
        .map(|target| seed_run(&samples, *target, Some(StopReason::BudgetSpent)))
        .collect();
    LaneResult::of(kind, &seeds)
}

#[test]
fn a_lane_sums_up_its_seeds() {
    let three = lane(LaneKind::Sqrt, &[Some(30), None, Some(10)]);
    assert_eq!(
        three.target,
        Some(TargetHit {
            step: 30,
            n_examples: 240
        }),
        "of 10, 30 and never"
    );
    assert_eq!(
        (three.n_reached, three.steps, three.n_examples, three.loss),
        (2, 100, 800, Some(0.5))
    );
    assert_eq!(three.status, LaneStatus::Ended);
    assert_eq!(lane(LaneKind::Sqrt, &[Some(30), None, None]).target, None);

    let (long, short) = (
        [sample(0, 1.0), sample(9, 0.25)],
        [sample(0, 1.0), sample(4, 30.0)],
    );
    let running = [
        seed_run(&long, Some(5), None),
        seed_run(&long, None, None),
        seed_run(&long, Some(7), None),
    ];
    let result = LaneResult::of(LaneKind::Linear, &running);
    assert_eq!(
        (result.status, result.is_settled, result.target),
        (LaneStatus::Running, false, None)
    );
    let diverged = StopReason::Diverged { step: 6 };
    let seeds = [
        seed_run(&long, Some(5), None),
        seed_run(&short, None, Some(diverged)),
        seed_run(&long, Some(7), None),
    ];
    let result = LaneResult::of(LaneKind::Linear, &seeds);
    assert_eq!(
        result.status,
        LaneStatus::Diverged {
            step: 6,
            n_seeds: 1
        }
    );
    assert_eq!(result.target.map(|hit| hit.step), Some(7));
    let empty = LaneResult::of(LaneKind::Custom, &[seed_run(&[], None, None)]);
    assert_eq!(
        (empty.loss, empty.steps, empty.status),
        (None, 0, LaneStatus::Running)
    );
}

#[test]
fn a_winner_is_named_only_when_every_seed_says_so() {
    let base = || lane(LaneKind::Base, &[Some(1), Some(1), Some(1)]);
    let slow = || lane(LaneKind::NoScaling, &[Some(50), Some(60), None]);
    let fast = || lane(LaneKind::Theory, &[Some(20), Some(30), Some(40)]);
    assert_eq!(
        winner(&[base(), slow(), fast()]),
        Some(2),
        "the base is no rival"
    );
    assert_eq!(winner(&[fast(), slow()]), Some(0));
    // One seed is luck.
    assert_eq!(
        winner(&[
            lane(LaneKind::Theory, &[Some(20)]),
            lane(LaneKind::Sqrt, &[Some(50)])
        ]),
        None
    );
    assert_eq!(
        winner(&[
            lane(LaneKind::Theory, &[Some(20), Some(20)]),
            lane(LaneKind::Sqrt, &[None, None])
        ]),
        None
    );
    // Behind, or level, on one seed.
    assert_eq!(
        winner(&[
            fast(),
            lane(LaneKind::Sqrt, &[Some(25), Some(35), Some(39)])
        ]),
        None
    );
    assert_eq!(
        winner(&[
            fast(),
            lane(LaneKind::Sqrt, &[Some(25), Some(35), Some(40)])
        ]),
        None
    );
    assert_eq!(
        winner(&[
            fast(),
            lane(LaneKind::Sqrt, &[Some(25), Some(35), Some(41)])
        ]),
        Some(0)
    );
    // Not all seeds arrived.
    assert_eq!(
        winner(&[lane(LaneKind::Theory, &[Some(5), Some(5), None]), slow()]),
        None
    );
    // Somebody is still on the way.
    let samples = [sample(0, 1.0), sample(2, 0.9)];
    let running = LaneResult::of(LaneKind::Linear, &[seed_run(&samples, None, None); 3]);
    assert_eq!(winner(&[fast(), running]), None);
    assert_eq!(winner(&[base()]), None);
    assert_eq!(winner(&[]), None);
}
