//! The engine of a worker, with a clock that the tests move.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use std::cell::Cell;
use std::rc::Rc;

use critical_batch::train::run::Run;
use critical_batch::train::spec::{
    Activation, ConfigField, Decay, OptimizerSpec, RunConfig, Sample, Sampling, Schedule,
    StopReason, TaskSpec, Warmup,
};
use critical_batch::worker::engine::Engine;
use critical_batch::worker::protocol::{Event, JobId, NumberedRun, Pace, Request, RunUpdate};

const JOB: JobId = JobId(7);

fn config(batch_size: u32, budget_examples: u64) -> RunConfig {
    RunConfig {
        task: TaskSpec::LinearRegression {
            n_dims: 6,
            noise_std: 0.5,
        },
        optimizer: OptimizerSpec::Sgd {
            momentum: 0.5,
            dampening: 0.0,
            nesterov: false,
            weight_decay: 0.0,
        },
        schedule: Schedule {
            warmup: Warmup::None,
            decay: Decay::Constant,
        },
        sampling: Sampling::WithReplacement,
        lr: 0.01,
        batch_size,
        budget_examples,
        target_loss: Some(0.2),
        stop_at_target: false,
        seed: 3,
    }
}

fn spirals(batch_size: u32, budget_examples: u64) -> RunConfig {
    let task = TaskSpec::Spirals {
        n_hidden: 4,
        activation: Activation::Tanh,
    };
    RunConfig {
        task,
        ..config(batch_size, budget_examples)
    }
}

fn start(job: JobId, configs: impl IntoIterator<Item = RunConfig>) -> Request {
    let runs = configs
        .into_iter()
        .zip(0..)
        .map(|(config, run)| NumberedRun { run, config })
        .collect();
    Request::Start { job, runs }
}

/// An engine whose clock moves by `tick_ms` at every reading.
struct Bench {
    engine: Engine,
    clock: Rc<Cell<f64>>,
}

impl Bench {
    fn new(tick_ms: f64) -> Self {
        let clock = Rc::new(Cell::new(1000.0));
        let hand = Rc::clone(&clock);
        let engine = Engine::new(move || {
            hand.set(hand.get() + tick_ms);
            hand.get()
        });
        Self { engine, clock }
    }

    fn pass(&self, ms: f64) {
        self.clock.set(self.clock.get() + ms);
    }

    /// Slices until nothing is left to do.
    fn finish(&mut self, slice_ms: f64) -> Vec<Event> {
        let mut events = Vec::new();
        while self.engine.has_work() {
            events.extend(self.engine.work(slice_ms));
        }
        events
    }
}

fn updates(events: &[Event]) -> impl Iterator<Item = &RunUpdate> {
    events.iter().flat_map(|event| match event {
        Event::Progress { updates, .. } => updates.as_slice(),
        _ => &[],
    })
}

fn samples_of(events: &[Event], run: u32) -> Vec<Sample> {
    updates(events)
        .filter(|update| update.run == run)
        .flat_map(|update| update.samples.clone())
        .collect()
}

fn last_of(events: &[Event], run: u32) -> &RunUpdate {
    updates(events)
        .filter(|update| update.run == run)
        .last()
        .unwrap()
}

fn straight(config: RunConfig) -> Vec<Sample> {
    let mut run = Run::new(&config.check().unwrap());
    run.advance(u64::MAX);
    run.samples().to_vec()
}

fn is_end(event: &Event) -> bool {
    matches!(event, Event::Paused { .. } | Event::Done { .. })
}

#[test]
fn start_reports_the_initial_samples_and_trains_nothing() {
    let mut bench = Bench::new(0.1);
    let events = bench
        .engine
        .handle(start(JOB, [config(4, 400), config(8, 400)]));
    assert_eq!(events.len(), 1);
    for run in 0..2 {
        let update = last_of(&events, run);
        assert_eq!(
            (update.step, update.n_examples, update.samples.len()),
            (0, 0, 1)
        );
        assert_eq!(update.stop, None);
    }
    assert!(!bench.engine.has_work());
    assert_eq!(bench.engine.next_work_ms(), None);
    assert_eq!(bench.engine.work(12.0), []);
}

#[test]
fn slicing_never_changes_a_sample() {
    let configs = [config(1, 3000), config(5, 3000), config(32, 3000)];
    for (tick_ms, slice_ms) in [(0.0, 12.0), (0.01, 12.0), (1.0, 3.0), (40.0, 12.0)] {
        let mut bench = Bench::new(tick_ms);
        let mut events = bench.engine.handle(start(JOB, configs.clone()));
        events.extend(bench.engine.handle(Request::Play {
            job: JOB,
            pace: Pace::Max,
        }));
        events.extend(bench.finish(slice_ms));
        assert_eq!(events.last(), Some(&Event::Done { job: JOB }));
        for (config, run) in configs.iter().zip(0..) {
            let samples = samples_of(&events, run);
            assert!(samples.len() > 50);
            assert_eq!(
                samples,
                straight(config.clone()),
                "run {run}, tick {tick_ms}"
            );
            let update = last_of(&events, run);
            assert_eq!(update.stop, Some(StopReason::BudgetSpent));
            assert_eq!(update.step, 3000 / u64::from(config.batch_size));
        }
    }
}

#[test]
fn a_slice_ends_when_its_time_is_over() {
    let mut bench = Bench::new(1.0);
    bench
        .engine
        .handle(start(JOB, [config(4, 1_000_000), config(32, 1_000_000)]));
    bench.engine.handle(Request::Play {
        job: JOB,
        pace: Pace::Max,
    });
    for _ in 0..50 {
        let before = bench.clock.get();
        bench.engine.work(12.0);
        let took = bench.clock.get() - before;
        assert!((12.0..=15.0).contains(&took), "{took}");
    }
    assert_eq!(bench.engine.next_work_ms(), Some(0.0));
}

#[test]
fn chunks_shrink_when_steps_are_slow_and_grow_when_they_are_fast() {
    let steps_per_slice = |tick_ms: f64| {
        let mut bench = Bench::new(tick_ms);
        bench.engine.handle(start(JOB, [config(1, 1_000_000)]));
        bench.engine.handle(Request::Play {
            job: JOB,
            pace: Pace::Max,
        });
        let events: Vec<Event> = (0..40).flat_map(|_| bench.engine.work(12.0)).collect();
        last_of(&events, 0).step as f64 / 40.0
    };
    // Every reading takes 10 of the 12 ms: one chunk of one step, then another, and the slice is over.
    assert!(steps_per_slice(10.0) <= 2.0);
    assert!(steps_per_slice(0.1) > 100.0);
}

#[test]
fn lanes_stay_side_by_side_in_examples() {
    for tick_ms in [0.4, 1.0, 5.0] {
        let mut bench = Bench::new(tick_ms);
        let mut events = bench.engine.handle(start(
            JOB,
            [config(32, 40_000), config(4, 40_000), config(16, 40_000)],
        ));
        events.extend(bench.engine.handle(Request::Play {
            job: JOB,
            pace: Pace::Max,
        }));
        events.extend(bench.finish(12.0));
        let mut positions = [0_u64; 3];
        let mut n_compared = 0;
        for event in &events {
            let Event::Progress { updates, .. } = event else {
                continue;
            };
            for update in updates {
                positions[update.run as usize] = update.n_examples;
            }
            let (min, max) = (
                positions.iter().min().unwrap(),
                positions.iter().max().unwrap(),
            );
            assert!(max - min <= 8 * 32, "{positions:?}");
            n_compared += 1;
        }
        assert!(n_compared > 2);
        assert_eq!(positions, [40_000; 3]);
    }
}

#[test]
fn progress_comes_at_most_every_50_ms() {
    let mut bench = Bench::new(0.0);
    bench
        .engine
        .handle(start(JOB, [config(1, 20_000), config(4, 20_000)]));
    let mut last = bench.clock.get();
    let mut n_progress = 0;
    bench.engine.handle(Request::Play {
        job: JOB,
        pace: Pace::Max,
    });
    loop {
        bench.pass(3.0);
        // A slice of no time is one chunk.
        let events = bench.engine.work(0.0);
        if events.contains(&Event::Done { job: JOB }) {
            break;
        }
        if !events.is_empty() {
            assert_eq!(events.len(), 1);
            assert!(bench.clock.get() - last >= 50.0);
            last = bench.clock.get();
            n_progress += 1;
        }
        assert!(
            bench.clock.get() - last < 54.0,
            "there is news all the time"
        );
    }
    assert!(n_progress > 3);
}

#[test]
fn nothing_follows_a_cancel() {
    let mut bench = Bench::new(1.0);
    bench.engine.handle(start(JOB, [config(4, 100_000)]));
    bench.engine.handle(Request::Play {
        job: JOB,
        pace: Pace::Max,
    });
    bench.engine.work(12.0);
    assert_eq!(bench.engine.handle(Request::Cancel { job: JOB }), []);
    assert!(!bench.engine.has_work());
    bench.pass(1e6);
    assert_eq!(bench.engine.work(12.0), []);
    for request in [
        Request::Play {
            job: JOB,
            pace: Pace::Max,
        },
        Request::Pause { job: JOB },
        Request::Step {
            job: JOB,
            n_steps: 1,
        },
        Request::SetLr {
            job: JOB,
            run: 0,
            lr: 0.1,
        },
        Request::Cancel { job: JOB },
        start(JOB, [config(4, 400)]),
    ] {
        assert_eq!(bench.engine.handle(request.clone()), [], "{request:?}");
        assert!(!bench.engine.has_work());
    }
}

#[test]
fn requests_of_other_jobs_are_ignored() {
    let mut bench = Bench::new(1.0);
    bench.engine.handle(start(JobId(1), [config(4, 4000)]));
    bench.engine.handle(start(JOB, [config(4, 4000)]));
    for job in [JobId(1), JobId(6), JobId(8)] {
        for request in [
            Request::Play {
                job,
                pace: Pace::Max,
            },
            Request::Pause { job },
            Request::Step { job, n_steps: 5 },
            Request::SetLr {
                job,
                run: 0,
                lr: 0.1,
            },
            Request::Cancel { job },
        ] {
            assert_eq!(bench.engine.handle(request), []);
        }
    }
    // An older start that was overtaken does not bring its job back.
    assert_eq!(bench.engine.handle(start(JobId(2), [config(4, 4000)])), []);
    assert!(!bench.engine.has_work());
    bench.engine.handle(Request::Play {
        job: JOB,
        pace: Pace::Max,
    });
    let events = bench.finish(12.0);
    assert!(events.iter().all(|event| event.job() == Some(JOB)));
    assert_eq!(samples_of(&events, 0), straight(config(4, 4000))[1..]);
}

#[test]
fn steps_are_exact() {
    let mut bench = Bench::new(1.0);
    let mut events = bench
        .engine
        .handle(start(JOB, [config(4, 4000), config(400, 4000)]));
    for (n_steps, expected) in [(1, [1, 1]), (25, [26, 10]), (3, [29, 10])] {
        events.extend(bench.engine.handle(Request::Step { job: JOB, n_steps }));
        let after = bench.finish(3.0);
        assert_eq!(after.iter().filter(|event| is_end(event)).count(), 1);
        assert_eq!(after.last(), Some(&Event::Paused { job: JOB }));
        events.extend(after);
        assert_eq!(
            [last_of(&events, 0).step, last_of(&events, 1).step],
            expected
        );
    }
    // Two clicks before the first was served.
    bench.engine.handle(Request::Step {
        job: JOB,
        n_steps: 1,
    });
    bench.engine.handle(Request::Step {
        job: JOB,
        n_steps: 1,
    });
    let after = bench.finish(3.0);
    assert_eq!(last_of(&after, 0).step, 31);
    assert_eq!(after.iter().filter(|event| is_end(event)).count(), 1);
    // More steps than are left end the job.
    bench.engine.handle(Request::Step {
        job: JOB,
        n_steps: u64::MAX,
    });
    let after = bench.finish(3.0);
    assert_eq!(after.last(), Some(&Event::Done { job: JOB }));
    assert_eq!(last_of(&after, 0).step, 1000);
}

#[test]
fn a_pause_keeps_the_runs() {
    let configs = [config(4, 20_000), config(32, 20_000)];
    let mut bench = Bench::new(1.0);
    let mut events = bench.engine.handle(start(JOB, configs.clone()));
    for _ in 0..4 {
        events.extend(bench.engine.handle(Request::Play {
            job: JOB,
            pace: Pace::Max,
        }));
        for _ in 0..3 {
            events.extend(bench.engine.work(7.0));
        }
        let paused = bench.engine.handle(Request::Pause { job: JOB });
        assert_eq!(paused.last(), Some(&Event::Paused { job: JOB }));
        assert!(!bench.engine.has_work());
        let before = last_of(&paused, 0).step;
        events.extend(paused);
        bench.pass(500.0);
        assert_eq!(bench.engine.work(12.0), []);
        assert!(before > 0 && before < 5000);
    }
    events.extend(bench.engine.handle(Request::Play {
        job: JOB,
        pace: Pace::Max,
    }));
    events.extend(bench.finish(12.0));
    for (config, run) in configs.into_iter().zip(0..) {
        assert_eq!(samples_of(&events, run), straight(config));
    }
}

#[test]
fn done_is_said_once() {
    let mut bench = Bench::new(1.0);
    bench
        .engine
        .handle(start(JOB, [config(4, 400), config(8, 800)]));
    bench.engine.handle(Request::Play {
        job: JOB,
        pace: Pace::Max,
    });
    let mut events = bench.finish(12.0);
    for request in [
        Request::Play {
            job: JOB,
            pace: Pace::Max,
        },
        Request::Pause { job: JOB },
        Request::Step {
            job: JOB,
            n_steps: 3,
        },
    ] {
        events.extend(bench.engine.handle(request));
        events.extend(bench.finish(12.0));
    }
    assert_eq!(events.iter().filter(|event| is_end(event)).count(), 1);
}

#[test]
fn a_run_that_cannot_be_trained_is_refused_and_the_others_go_on() {
    let mut bench = Bench::new(1.0);
    let wrong = RunConfig {
        lr: f64::NAN,
        ..config(4, 400)
    };
    let events = bench.engine.handle(start(JOB, [wrong, config(4, 400)]));
    assert!(
        matches!(&events[0], Event::Refused { run: 0, error, .. } if error.field == ConfigField::LearningRate)
    );
    bench.engine.handle(Request::Play {
        job: JOB,
        pace: Pace::Max,
    });
    let events = bench.finish(12.0);
    assert_eq!(last_of(&events, 1).step, 100);
    assert_eq!(events.last(), Some(&Event::Done { job: JOB }));
    // Nobody left: done as soon as asked to play.
    bench.engine.handle(start(
        JobId(8),
        [RunConfig {
            batch_size: 0,
            ..config(4, 400)
        }],
    ));
    let events = bench.engine.handle(Request::Play {
        job: JobId(8),
        pace: Pace::Max,
    });
    assert_eq!(events, [Event::Done { job: JobId(8) }]);
}

#[test]
fn a_diverged_run_does_not_stop_the_others() {
    let mut bench = Bench::new(1.0);
    bench.engine.handle(start(
        JOB,
        [
            RunConfig {
                lr: 50.0,
                ..config(4, 4000)
            },
            config(4, 4000),
        ],
    ));
    bench.engine.handle(Request::Play {
        job: JOB,
        pace: Pace::Max,
    });
    let events = bench.finish(12.0);
    assert!(matches!(
        last_of(&events, 0).stop,
        Some(StopReason::Diverged { .. })
    ));
    assert_eq!(last_of(&events, 1).stop, Some(StopReason::BudgetSpent));
}

#[test]
fn a_learning_rate_changes_from_the_next_step_on() {
    let mut bench = Bench::new(1.0);
    bench
        .engine
        .handle(start(JOB, [config(4, 400), config(4, 400)]));
    bench.engine.handle(Request::Step {
        job: JOB,
        n_steps: 10,
    });
    let mut events = bench.finish(12.0);
    let set = bench.engine.handle(Request::SetLr {
        job: JOB,
        run: 1,
        lr: 0.002,
    });
    assert!(
        matches!(set[..], [Event::LrSet { run: 1, change, .. }] if change.step == 10 && change.lr == 0.002)
    );
    let refused = bench.engine.handle(Request::SetLr {
        job: JOB,
        run: 1,
        lr: -1.0,
    });
    assert!(matches!(refused[..], [Event::LrRefused { run: 1, error, .. }] if error.value == -1.0));
    assert_eq!(
        bench.engine.handle(Request::SetLr {
            job: JOB,
            run: 9,
            lr: 0.1
        }),
        []
    );
    bench.engine.handle(Request::Step {
        job: JOB,
        n_steps: 5,
    });
    events.extend(bench.finish(12.0));
    let rate_at = |run, step| {
        samples_of(&events, run)
            .iter()
            .find(|sample| sample.step == step)
            .map(|sample| sample.lr)
    };
    assert_eq!(
        [rate_at(1, 10), rate_at(1, 11), rate_at(0, 11)],
        [Some(0.01), Some(0.002), Some(0.01)]
    );
}

#[test]
fn runs_follow_the_examples_clock() {
    let batches = [4, 32, 100];
    let mut bench = Bench::new(0.0);
    let mut events = bench
        .engine
        .handle(start(JOB, batches.map(|batch| config(batch, 10_000))));
    bench.engine.handle(Request::Play {
        job: JOB,
        pace: Pace::ExamplesPerSecond(1000),
    });
    let begun = bench.clock.get();
    while bench.clock.get() - begun < 3000.0 {
        let wait = bench.engine.next_work_ms().unwrap();
        assert!(
            (0.0..=50.0).contains(&wait),
            "steps of 4 examples are due every 4 ms: {wait}"
        );
        bench.pass(wait.max(1.0));
        events.extend(bench.engine.work(12.0));
        let clock = bench.clock.get() - begun; // one example per millisecond
        for (batch, run) in batches.into_iter().zip(0..) {
            let n_examples = last_of(&events, run).n_examples as f64;
            assert!(
                n_examples <= clock,
                "run {run} is ahead: {n_examples} of {clock}"
            );
            // News may be 50 ms old.
            assert!(
                n_examples > clock - f64::from(batch) - 56.0,
                "run {run} is late: {n_examples} of {clock}"
            );
        }
    }
    // A machine that slept for an hour does not catch up in one burst.
    let before = last_of(&events, 0).n_examples;
    bench.pass(3.6e6);
    events.extend(bench.engine.work(12.0));
    assert!(last_of(&events, 0).n_examples <= before + 56 + 250);
    // A new pace starts from here.
    bench.engine.handle(Request::Play {
        job: JOB,
        pace: Pace::ExamplesPerSecond(100_000),
    });
    for _ in 0..200 {
        bench.pass(1.0);
        events.extend(bench.engine.work(12.0));
    }
    assert_eq!(events.last(), Some(&Event::Done { job: JOB }));
    for (batch, run) in batches.into_iter().zip(0..) {
        assert_eq!(samples_of(&events, run), straight(config(batch, 10_000)));
    }
}

#[test]
fn a_busy_engine_is_never_silent_for_long() {
    let mut bench = Bench::new(0.0);
    bench.engine.handle(start(JOB, [config(100, 10_000)]));
    // A step every 100 seconds.
    bench.engine.handle(Request::Play {
        job: JOB,
        pace: Pace::ExamplesPerSecond(1),
    });
    let mut n_events = 0;
    for _ in 0..40 {
        let wait = bench.engine.next_work_ms().unwrap();
        assert!(wait <= 250.0);
        bench.pass(250.0);
        n_events += bench.engine.work(12.0).len();
    }
    assert!(
        (8..=10).contains(&n_events),
        "{n_events} signs of life in 10 s"
    );
}

#[test]
fn decision_pictures_come_every_150_ms_and_at_the_end() {
    let configs = [spirals(8, 4000), spirals(40, 4000)];
    let mut bench = Bench::new(0.0);
    let first = bench.engine.handle(start(JOB, configs.clone()));
    assert!(updates(&first).all(|update| update.grid.is_some()));
    let mut last_picture = [bench.clock.get(); 2];
    bench.engine.handle(Request::Play {
        job: JOB,
        pace: Pace::Max,
    });
    let mut n_pictures = 0;
    let last_grids = loop {
        bench.pass(10.0);
        let events = bench.engine.work(0.0);
        if events.contains(&Event::Done { job: JOB }) {
            break [0, 1].map(|run| last_of(&events, run).grid.clone());
        }
        for update in
            updates(&events).filter(|update| update.grid.is_some() && update.stop.is_none())
        {
            let last = &mut last_picture[update.run as usize];
            assert!(bench.clock.get() - *last >= 150.0);
            *last = bench.clock.get();
            n_pictures += 1;
        }
    };
    assert!(n_pictures >= 2);
    for (config, grid) in configs.into_iter().zip(last_grids) {
        let mut run = Run::new(&config.check().unwrap());
        run.advance(u64::MAX);
        assert_eq!(grid.unwrap(), run.decision_grid(48).unwrap());
    }
    // A single step shows its picture at once.
    bench.engine.handle(start(JobId(8), [spirals(8, 4000)]));
    bench.engine.handle(Request::Step {
        job: JobId(8),
        n_steps: 1,
    });
    assert!(last_of(&bench.finish(12.0), 0).grid.is_some());
}

#[test]
fn a_clock_that_is_set_back_ends_slices_and_changes_nothing() {
    // An hour back in the middle of the first slice; afterwards it jumps at every seventh reading and says nonsense at
    // every eleventh.
    let n_readings = Rc::new(Cell::new(0_u32));
    let count = Rc::clone(&n_readings);
    let mut engine = Engine::new(move || {
        let i = count.replace(count.get() + 1);
        let jump = if i < 3 || i.is_multiple_of(7) {
            3.6e6
        } else {
            0.0
        };
        if i % 11 == 10 {
            f64::NAN
        } else {
            f64::from(i) + jump
        }
    });
    let config = config(4, 400_000);
    let mut events = engine.handle(start(JOB, [config.clone()]));
    let pace = Pace::Max;
    events.extend(engine.handle(Request::Play { job: JOB, pace }));
    let before = n_readings.get();
    events.extend(engine.work(12.0));
    assert!(engine.has_work(), "the slice took all there was to do");
    assert!(n_readings.get() - before < 40);
    while engine.has_work() {
        events.extend(engine.work(12.0));
    }
    assert_eq!(samples_of(&events, 0), straight(config));
}
