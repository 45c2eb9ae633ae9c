//! From the controls to a race, and which changes of them need a new one.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use critical_batch::experiment::lane_set::LaneKind;
use critical_batch::experiment::race::{RaceConfig, WarmupChoice};
use critical_batch::experiment::race_record::{RaceRecord, Standing};
use critical_batch::experiment::race_state::{RacePlan, n_train_examples, time_model};
use critical_batch::export::race_csv;
use critical_batch::params::defs::{Kind, ParamId, Params, Value};
use critical_batch::params::race::{OptimizerKind, RaceState, TaskKind};
use critical_batch::train::data;
use critical_batch::train::spec::{Decay, OptimizerSpec, Sampling, TaskSpec};
use critical_batch::worker::engine::Engine;
use critical_batch::worker::protocol::{Event, JobId, LrChange, Pace, Request};

const TASKS: [TaskKind; 4] = [
    TaskKind::Digits,
    TaskKind::Spirals,
    TaskKind::LinearRegression,
    TaskKind::Quadratic,
];
const OPTIMIZERS: [OptimizerKind; 6] = [
    OptimizerKind::Sgd,
    OptimizerKind::Momentum,
    OptimizerKind::Nesterov,
    OptimizerKind::RmsProp,
    OptimizerKind::Adam,
    OptimizerKind::AdamW,
];

/// A race that takes milliseconds.
fn small() -> RaceState {
    RaceState {
        n_dims: 6.0,
        budget: 2000.0,
        batch: 16.0,
        lanes: 0b11_1111,
        ..RaceState::for_task(TaskKind::LinearRegression, OptimizerKind::Sgd)
    }
}

/// Trains the whole plan and records what it says.
fn run(plan: RacePlan) -> RaceRecord {
    let mut engine = Engine::new(|| 0.0);
    let job = JobId(1);
    let runs = plan.runs.clone();
    let mut record = RaceRecord::new(plan);
    let mut heard = engine.handle(Request::Start { job, runs });
    heard.extend(engine.handle(Request::Play {
        job,
        pace: Pace::Max,
    }));
    while engine.has_work() {
        heard.extend(engine.work(1.0));
    }
    assert!(heard.iter().any(|e| matches!(e, Event::Done { .. })));
    heard.into_iter().for_each(|event| record.take(event));
    record
}

#[test]
fn every_default_can_be_trained() {
    for task in TASKS {
        for optimizer in OPTIMIZERS {
            let plan = RacePlan::of(&RaceState::for_task(task, optimizer));
            assert_eq!(plan.runs.len(), 5);
            for run in &plan.runs {
                assert!(run.config.clone().check().is_ok(), "{task:?} {optimizer:?}");
            }
        }
    }
}

#[test]
fn controls_arrive_where_they_belong() {
    let state = RaceState {
        sampling: 0,
        warmup: 2,
        warmup_examples: 640.0,
        decay: 1,
        budget: 9000.0,
        seeds: 2,
        seed: 4_294_967_295.0,
        stop_at_target: true,
        lanes: 0b10_0101,
        momentum: 0.8,
        dampening: 0.25,
        weight_decay: 0.5,
        ..RaceState::for_task(TaskKind::Quadratic, OptimizerKind::Momentum)
    };
    let config = RaceConfig::of(&state);
    assert_eq!(config.task, TaskSpec::Quadratic { n_dims: 100 });
    assert_eq!(config.sampling, Sampling::WithReplacement);
    assert_eq!(config.warmup, WarmupChoice::Constant);
    assert_eq!(config.warmup_examples, 640);
    assert_eq!(
        config.decay,
        Decay::Cosine {
            final_fraction: 0.0
        }
    );
    assert_eq!(config.n_seeds, 5);
    assert_eq!(config.seed, 4_294_967_295);
    assert_eq!(
        config.lanes.iter().collect::<Vec<_>>(),
        [LaneKind::Base, LaneKind::Sqrt, LaneKind::Custom]
    );
    assert_eq!(
        config.optimizer,
        OptimizerSpec::Sgd {
            momentum: 0.8,
            dampening: 0.25,
            nesterov: false,
            weight_decay: 0.5
        }
    );
    let plan = RacePlan::of(&state);
    assert_eq!(plan.runs.len(), 15);
    assert!(
        plan.runs
            .iter()
            .all(|run| run.config.target_loss == Some(0.05))
    );
    assert_eq!(plan.runs_of(2), 10..15);
}

#[test]
fn nesterov_and_plain_sgd_ignore_what_they_do_not_have() {
    for optimizer in [OptimizerKind::Sgd, OptimizerKind::Nesterov] {
        let state = RaceState {
            dampening: 0.5,
            momentum: 0.9,
            ..RaceState::for_task(TaskKind::Digits, optimizer)
        };
        let OptimizerSpec::Sgd {
            momentum,
            dampening,
            nesterov,
            ..
        } = RaceConfig::of(&state).optimizer
        else {
            panic!("SGD");
        };
        assert_eq!(dampening, 0.0);
        assert_eq!(nesterov, optimizer == OptimizerKind::Nesterov);
        assert_eq!(momentum == 0.0, optimizer == OptimizerKind::Sgd);
    }
}

/// Another admissible value of a control.
fn other(state: &RaceState, id: ParamId) -> Value {
    let field = RaceState::field(id);
    match (field.kind, state.at(id)) {
        (Kind::Number { max, .. }, Value::Number(v)) => Value::Number(if v < max / 2.0 {
            v * 2.0 + 1.0
        } else {
            v / 2.0
        }),
        (Kind::Choice(names), Value::Choice(i)) => Value::Choice((i + 1) % names.len()),
        (_, Value::Flags(bits)) => Value::Flags(bits ^ 1),
        _ => unreachable!("values have the kind of their control"),
    }
}

#[test]
fn only_what_changes_training_needs_a_new_job() {
    use ParamId as P;
    let state = RaceState {
        lanes: 0b11_1111,
        warmup: 1,
        ..RaceState::default()
    };
    let plan = RacePlan::of(&state);
    // Digits have no dimensions and no label noise, plain SGD has one number, and the rest is about showing.
    let harmless = [
        P::Dims,
        P::NoiseStd,
        P::CustomLr,
        P::Momentum,
        P::Dampening,
        P::RmsAlpha,
        P::Centered,
        P::Beta1,
        P::Beta2,
        P::Eps,
        P::Target,
        P::Speed,
        P::XAxis,
        P::LossAxis,
        P::Latency,
        P::Throughput,
        // Sweep's own.
        P::SweepMetric,
        P::SweepTarget,
        P::SweepBudget,
        P::SweepSteps,
        P::SweepSeeds,
        P::LargestBatch,
        P::LrRange,
        P::LowestLr,
        P::HighestLr,
        P::Definition,
    ];
    for field in RaceState::fields() {
        let mut changed = state.clone();
        changed.put(field.id, other(&state, field.id));
        assert_ne!(changed, state, "{:?}", field.id);
        assert_eq!(
            plan.is_same_job(&RacePlan::of(&changed)),
            harmless.contains(&field.id),
            "{:?}",
            field.id
        );
    }
    // Where runs end at the target, it does count.
    let stopping = RaceState {
        stop_at_target: true,
        ..state
    };
    let moved = RaceState {
        target_loss: 0.2,
        ..stopping.clone()
    };
    assert!(!RacePlan::of(&stopping).is_same_job(&RacePlan::of(&moved)));
    // Equal runs of another lane are another job: the lane has another name.
    let alone = |lanes| {
        RacePlan::of(&RaceState {
            lanes,
            batch: 4.0,
            ..RaceState::default()
        })
    };
    assert_eq!(alone(0b10).runs, alone(0b100).runs);
    assert!(!alone(0b10).is_same_job(&alone(0b100)));
}

#[test]
fn training_sets_have_the_sizes_that_are_told() {
    let told = TASKS.map(n_train_examples);
    let digits = data::digits().train.n_examples() as u32;
    let spirals = data::spirals().train.n_examples() as u32;
    assert_eq!(told, [Some(digits), Some(spirals), None, None]);
}

#[test]
fn a_record_finds_targets_afterwards_as_the_trainer_does_on_the_way() {
    let state = small();
    let shown = run(RacePlan::of(&state));
    let mut plan = RacePlan::of(&state);
    for run in &mut plan.runs {
        run.config.target_loss = Some(state.target_loss);
    }
    let mut engine = Engine::new(|| 0.0);
    let job = JobId(1);
    let mut events = engine.handle(Request::Start {
        job,
        runs: plan.runs.clone(),
    });
    events.extend(engine.handle(Request::Play {
        job,
        pace: Pace::Max,
    }));
    while engine.has_work() {
        events.extend(engine.work(1.0));
    }
    let mut n_hits = 0;
    for event in events {
        let Event::Progress { updates, .. } = event else {
            continue;
        };
        for update in updates.iter().filter(|update| update.stop.is_some()) {
            let found = shown.runs[update.run as usize].target_hit(state.target_loss);
            assert_eq!(found, update.target);
            n_hits += u32::from(found.is_some());
        }
    }
    assert!(n_hits > 0);
}

#[test]
fn a_record_says_how_lanes_stand() {
    let plan = RacePlan::of(&RaceState {
        base_lr: 0.5,
        ..small()
    });
    let before = RaceRecord::new(plan.clone());
    for (i, result) in before.results(0.15).iter().enumerate() {
        assert_eq!(before.standing(i, result), Standing::Ready);
    }
    assert_eq!(before.measured_noise_scale(), None);
    let after = run(plan.clone());
    let standing = |i: usize, target: f64| after.standing(i, &after.result(i, target));
    let linear = plan
        .lanes
        .iter()
        .position(|l| l.kind == LaneKind::Linear)
        .unwrap();
    assert_eq!(standing(0, 1e3), Standing::Reached { n_seeds: 1 });
    assert_eq!(standing(0, 1e-9), Standing::Missed { n_seeds: 0 });
    assert!(matches!(standing(linear, 1e-9), Standing::Diverged { .. }));
    assert_eq!(after.target_step(), 2000 / 16);
    assert!(after.measured_noise_scale().unwrap() > 1.0);
    assert_eq!(after.digest(), run(plan).digest());
    assert_ne!(
        after.digest(),
        run(RacePlan::of(&RaceState {
            seed: 8.0,
            ..small()
        }))
        .digest()
    );
}

#[test]
fn a_record_keeps_changes_and_refusals() {
    let plan = RacePlan::of(&RaceState {
        base_lr: 100.0,
        base_batch: 1.0,
        batch: 4096.0,
        budget: 8192.0,
        ..small()
    });
    let job = JobId(1);
    let mut engine = Engine::new(|| 0.0);
    let mut record = RaceRecord::new(plan.clone());
    let events = engine.handle(Request::Start {
        job,
        runs: plan.runs.clone(),
    });
    events.into_iter().for_each(|event| record.take(event));
    let standings: Vec<_> = (0..plan.lanes.len())
        .map(|i| record.standing(i, &record.result(i, 0.1)))
        .collect();
    let linear = plan
        .lanes
        .iter()
        .position(|l| l.kind == LaneKind::Linear)
        .unwrap();
    assert_eq!(standings[linear], Standing::Refused);
    assert_eq!(standings[0], Standing::Ready);
    let change = LrChange { step: 3, lr: 0.5 };
    record.take(Event::LrSet {
        job,
        run: 5,
        change,
    });
    assert_eq!(record.runs[5].lr_changes, [change]);
}

#[test]
fn csv_has_a_row_per_sample_and_a_cell_per_column() {
    let record = run(RacePlan::of(&small()));
    let csv = race_csv::race(&record, "https://example.org/#/race?v=1\n");
    let rows: Vec<&str> = csv.lines().filter(|line| !line.starts_with('#')).collect();
    let n_samples: usize = record.runs.iter().map(|run| run.samples.len()).sum();
    assert_eq!(rows.len(), n_samples + 1);
    let n_columns = rows[0].split(',').count();
    assert!(rows.iter().all(|row| row.split(',').count() == n_columns));
    assert!(!csv.contains("NaN") && !csv.contains("inf"));
    assert!(csv.contains(&record.digest().to_string()));
    let last = rows[n_samples].split(',').nth(6).unwrap();
    let expected = record.runs.last().unwrap().samples.last().unwrap();
    assert_eq!(last.parse::<f64>().unwrap(), expected.train_loss);
}

#[test]
fn simulated_time_is_in_seconds() {
    let machine = time_model(&RaceState {
        latency_ms: 2.0,
        throughput: 1000.0,
        ..RaceState::default()
    });
    assert_eq!(machine.step_s(1), 0.002);
    assert_eq!(machine.step_s(100), 0.1);
}
