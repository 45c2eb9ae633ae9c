//! One job over several workers: merged answers, equal results, and replacement of lost workers.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use critical_batch::train::run::Run;
use critical_batch::train::spec::{
    ConfigError, ConfigField, Decay, DecisionGrid, NoiseProbe, OptimizerSpec, RunConfig, Sample,
    Sampling, Schedule, StopReason, TargetHit, TaskSpec, Warmup,
};
use critical_batch::worker::dispatch::{Dispatcher, Outbox};
use critical_batch::worker::engine::Engine;
use critical_batch::worker::protocol::{
    Event, JobId, LrChange, NumberedRun, Pace, Reply, Request, ResumedRun, RunUpdate, decode,
    encode,
};

const JOB: JobId = JobId(3);
const PLAY: Request = Request::Play {
    job: JOB,
    pace: Pace::Max,
};

fn config(batch_size: u32) -> RunConfig {
    RunConfig {
        task: TaskSpec::LinearRegression {
            n_dims: 5,
            noise_std: 0.25,
        },
        optimizer: OptimizerSpec::Adam {
            beta1: 0.9,
            beta2: 0.99,
            eps: 1e-8,
            weight_decay: 0.0,
        },
        schedule: Schedule {
            warmup: Warmup::Gradual {
                start_lr: 0.001,
                n_examples: 500,
            },
            decay: Decay::Constant,
        },
        sampling: Sampling::WithReplacement,
        lr: 0.01,
        batch_size,
        budget_examples: 6000,
        target_loss: None,
        stop_at_target: false,
        seed: u64::from(batch_size),
    }
}

fn runs() -> Vec<NumberedRun> {
    [1, 4, 16, 5, 64]
        .into_iter()
        .zip(0..)
        .map(|(batch, run)| NumberedRun {
            run,
            config: config(batch),
        })
        .collect()
}

fn start() -> Request {
    Request::Start {
        job: JOB,
        runs: runs(),
    }
}

/// Samples of each of [`runs`], trained without any of this.
fn straight() -> BTreeMap<u32, Vec<Sample>> {
    let samples = |config: RunConfig| {
        let mut run = Run::new(&config.check().unwrap());
        run.advance(u64::MAX);
        run.samples().to_vec()
    };
    runs()
        .into_iter()
        .map(|numbered| (numbered.run, samples(numbered.config)))
        .collect()
}

/// A page with its workers, all on one thread and one clock.
struct World {
    dispatcher: Dispatcher,
    engines: Vec<Engine>,
    clock: Rc<Cell<f64>>,
    /// Everything the page heard.
    heard: Vec<Event>,
}

impl World {
    fn new(n_workers: usize) -> Self {
        let clock = Rc::new(Cell::new(0.0));
        let engines = (0..n_workers).map(|_| Self::engine(&clock)).collect();
        Self {
            dispatcher: Dispatcher::new(n_workers),
            engines,
            clock,
            heard: Vec::new(),
        }
    }

    fn engine(clock: &Rc<Cell<f64>>) -> Engine {
        let hand = Rc::clone(clock);
        Engine::new(move || {
            hand.set(hand.get() + 1.0);
            hand.get()
        })
    }

    fn deliver(&mut self, out: Outbox) {
        self.heard.extend(out.events);
        for (worker, request) in out.requests {
            let events = self.engines[worker].handle(request);
            self.hear(worker, events);
        }
    }

    fn hear(&mut self, worker: usize, events: Vec<Event>) {
        if !events.is_empty() {
            let reply = self.engines[worker].reply(events);
            self.heard.extend(self.dispatcher.receive(worker, reply));
        }
    }

    fn send(&mut self, request: Request) {
        let out = self.dispatcher.send(request);
        self.deliver(out);
    }

    /// One slice of every worker.
    fn turn(&mut self) {
        for worker in 0..self.engines.len() {
            let events = self.engines[worker].work(8.0);
            self.hear(worker, events);
        }
    }

    fn finish(&mut self) {
        while self.engines.iter().any(Engine::has_work) {
            self.turn();
        }
    }

    /// The worker is gone with all it knew; a new one takes its place.
    fn replace(&mut self, worker: usize) {
        self.engines[worker] = Self::engine(&self.clock);
        let out = self.dispatcher.replaced(worker);
        self.deliver(out);
    }

    fn updates(&self) -> impl Iterator<Item = &RunUpdate> {
        self.heard.iter().flat_map(|event| match event {
            Event::Progress { updates, .. } => updates.as_slice(),
            _ => &[],
        })
    }

    fn samples(&self) -> BTreeMap<u32, Vec<Sample>> {
        let mut samples = BTreeMap::<u32, Vec<Sample>>::new();
        for update in self.updates() {
            samples
                .entry(update.run)
                .or_default()
                .extend(&update.samples);
        }
        samples
    }

    fn step_of(&self, run: u32) -> u64 {
        self.updates()
            .filter(|update| update.run == run)
            .last()
            .unwrap()
            .step
    }

    fn n_ends(&self) -> (usize, usize) {
        let count = |wanted: &Event| self.heard.iter().filter(|event| *event == wanted).count();
        (
            count(&Event::Paused { job: JOB }),
            count(&Event::Done { job: JOB }),
        )
    }
}

#[test]
fn any_number_of_workers_gives_the_same_samples() {
    for n_workers in [1, 2, 3, 8] {
        let mut world = World::new(n_workers);
        world.send(start());
        world.send(PLAY);
        world.finish();
        assert_eq!(world.samples(), straight(), "{n_workers} workers");
        assert_eq!(world.n_ends(), (0, 1));
        assert_eq!(world.heard.last(), Some(&Event::Done { job: JOB }));
    }
}

#[test]
fn pauses_and_steps_of_the_shares_are_said_once() {
    let mut world = World::new(3);
    world.send(start());
    world.send(Request::Step {
        job: JOB,
        n_steps: 1,
    });
    world.finish();
    assert_eq!(world.n_ends(), (1, 0));
    world.send(Request::Step {
        job: JOB,
        n_steps: 25,
    });
    world.finish();
    assert_eq!(world.n_ends(), (2, 0));
    assert_eq!([0, 1, 2, 3, 4].map(|run| world.step_of(run)), [26; 5]);
    world.send(PLAY);
    world.turn();
    world.send(Request::Pause { job: JOB });
    assert_eq!(world.n_ends(), (3, 0));
    // The share with the large batches ends; the job as a whole only pauses.
    world.send(Request::Step {
        job: JOB,
        n_steps: 1200,
    });
    world.finish();
    assert_eq!(world.n_ends(), (4, 0));
    world.send(PLAY);
    world.finish();
    assert_eq!(world.n_ends(), (4, 1));
    assert_eq!(world.samples(), straight());
}

#[test]
fn an_answer_that_crossed_with_a_later_request_ends_nothing() {
    let mut dispatcher = Dispatcher::new(1);
    dispatcher.send(start());
    dispatcher.send(Request::Pause { job: JOB });
    dispatcher.send(PLAY);
    let paused = |n_requests| Reply {
        n_requests,
        events: vec![Event::Paused { job: JOB }],
    };
    assert_eq!(dispatcher.receive(0, paused(2)), []);
    assert!(dispatcher.is_busy());
    dispatcher.send(Request::Pause { job: JOB });
    dispatcher.send(Request::SetLr {
        job: JOB,
        run: 0,
        lr: 0.1,
    });
    assert_eq!(
        dispatcher.receive(0, paused(4)),
        [Event::Paused { job: JOB }]
    );
    assert!(!dispatcher.is_busy());
}

#[test]
fn events_of_an_old_job_are_dropped() {
    let mut world = World::new(2);
    world.send(start());
    world.send(PLAY);
    let late: Vec<Event> = world.engines[0].work(60.0);
    assert!(!late.is_empty());
    world.send(Request::Cancel { job: JOB });
    let n_heard = world.heard.len();
    world.hear(0, late.clone());
    world.finish();
    assert_eq!(world.heard.len(), n_heard);
    // A new job with fewer runs: nobody goes on with the old one.
    let mut world = World::new(2);
    world.send(start());
    world.send(PLAY);
    world.send(Request::Start {
        job: JobId(4),
        runs: runs()[..1].to_vec(),
    });
    let n_heard = world.heard.len();
    world.hear(1, late);
    world.finish();
    assert_eq!(world.heard.len(), n_heard);
    assert!(!world.engines[1].has_work());
    // And an old start does not come back.
    assert_eq!(world.dispatcher.send(start()), Outbox::default());
}

#[test]
fn a_job_without_runs_is_done_when_played() {
    let mut world = World::new(2);
    world.send(Request::Start {
        job: JOB,
        runs: Vec::new(),
    });
    world.send(PLAY);
    world.send(PLAY);
    assert_eq!(world.heard, [Event::Done { job: JOB }]);
}

#[test]
fn a_replaced_worker_changes_nothing_but_the_time() {
    let n_turns = {
        let mut world = World::new(2);
        world.send(start());
        world.send(PLAY);
        let mut n = 0;
        while world.n_ends().1 == 0 {
            world.turn();
            n += 1;
        }
        n
    };
    assert!(n_turns > 8);
    for turns_before in (0..n_turns).step_by(n_turns / 9) {
        let mut world = World::new(2);
        world.send(start());
        world.send(PLAY);
        (0..turns_before).for_each(|_| world.turn());
        world.replace(turns_before % 2);
        world.finish();
        assert_eq!(
            world.samples(),
            straight(),
            "lost after {turns_before} turns"
        );
        assert_eq!(world.n_ends(), (0, 1));
        // Silent up to where it was: no step is told twice.
        for run in 0..5 {
            let steps: Vec<u64> = world
                .updates()
                .filter(|update| update.run == run)
                .map(|update| update.step)
                .collect();
            assert!(steps.is_sorted_by(|a, b| a < b), "run {run}: {steps:?}");
        }
    }
}

#[test]
fn a_replaced_worker_repeats_the_learning_rate_changes() {
    let script = |lost_after: Option<usize>| {
        let mut world = World::new(1);
        world.send(start());
        let requests = [
            Request::Step {
                job: JOB,
                n_steps: 7,
            },
            Request::SetLr {
                job: JOB,
                run: 1,
                lr: 0.05,
            },
            Request::SetLr {
                job: JOB,
                run: 4,
                lr: 0.03,
            },
            Request::Step {
                job: JOB,
                n_steps: 40,
            },
            Request::SetLr {
                job: JOB,
                run: 1,
                lr: 0.002,
            },
            PLAY,
        ];
        for (i, request) in requests.into_iter().enumerate() {
            world.send(request);
            if lost_after == Some(i) {
                world.replace(0);
            }
            world.finish();
        }
        world
    };
    let whole = script(None);
    assert_ne!(whole.samples(), straight());
    let changes = |world: &World| -> Vec<(u32, LrChange)> {
        let set = world.heard.iter().filter_map(|event| match event {
            Event::LrSet { run, change, .. } => Some((*run, *change)),
            _ => None,
        });
        set.collect()
    };
    assert_eq!(
        changes(&whole)
            .iter()
            .map(|(run, change)| (*run, change.step))
            .collect::<Vec<_>>(),
        [(1, 7), (4, 7), (1, 47)]
    );
    for lost_after in 0..6 {
        let world = script(Some(lost_after));
        assert_eq!(
            world.samples(),
            whole.samples(),
            "lost after request {lost_after}"
        );
        assert_eq!(changes(&world), changes(&whole));
        assert_eq!(world.n_ends(), whole.n_ends());
    }
}

#[test]
fn a_learning_rate_that_the_lost_worker_never_confirmed_is_sent_again() {
    let mut world = World::new(1);
    world.send(start());
    world.send(Request::Step {
        job: JOB,
        n_steps: 9,
    });
    world.finish();
    // Sent, but the worker is gone before it reads it.
    let out = world.dispatcher.send(Request::SetLr {
        job: JOB,
        run: 2,
        lr: 0.07,
    });
    assert_eq!(out.requests.len(), 1);
    world.replace(0);
    world.finish();
    let expected = Event::LrSet {
        job: JOB,
        run: 2,
        change: LrChange { step: 9, lr: 0.07 },
    };
    assert_eq!(world.heard.last(), Some(&expected));
}

#[test]
fn steps_under_way_are_finished_by_the_new_worker() {
    let mut world = World::new(2);
    world.send(start());
    world.send(Request::Step {
        job: JOB,
        n_steps: 90,
    });
    world.turn();
    world.replace(0);
    world.finish();
    assert_eq!(world.n_ends(), (1, 0));
    assert_eq!([0, 1, 2, 3, 4].map(|run| world.step_of(run)), [90; 5]);
    // Lost while nothing was to be done, then used again.
    world.replace(1);
    world.finish();
    assert_eq!(world.n_ends(), (1, 0));
    world.send(PLAY);
    world.finish();
    assert_eq!(world.samples(), straight());
}

#[test]
fn all_runs_can_move_to_one_worker() {
    for turns_before in [0, 1, 5, 9] {
        let mut world = World::new(3);
        world.send(start());
        world.send(PLAY);
        (0..turns_before).for_each(|_| world.turn());
        world.engines = vec![World::engine(&world.clock)];
        let out = world.dispatcher.collapse();
        world.deliver(out);
        world.finish();
        assert_eq!(world.samples(), straight());
        assert_eq!(world.n_ends(), (0, 1));
    }
}

#[test]
fn a_worker_is_lost_after_silent_ticks_and_replaced_once_per_job() {
    let mut dispatcher = Dispatcher::new(2);
    dispatcher.send(start());
    for _ in 0..20 {
        assert_eq!(dispatcher.tick(), [], "nobody owes an answer");
    }
    dispatcher.send(PLAY);
    let alive = || Reply {
        n_requests: 2,
        events: vec![Event::Progress {
            job: JOB,
            updates: Vec::new(),
        }],
    };
    for _ in 0..4 {
        assert_eq!(dispatcher.tick(), []);
        assert_eq!(
            dispatcher.receive(1, alive()),
            [],
            "signs of life are not for the page"
        );
    }
    assert_eq!(dispatcher.tick(), [0]);
    assert!(dispatcher.may_replace(0));
    dispatcher.replaced(0);
    assert!(!dispatcher.may_replace(0));
    assert!(dispatcher.may_replace(1));
    let out = dispatcher.give_up(0);
    assert_eq!(out.events, [Event::Lost { job: JOB }]);
    assert_eq!(out.requests.len(), 2);
    assert_eq!(dispatcher.current(), None);
    dispatcher.send(Request::Start {
        job: JobId(4),
        runs: runs(),
    });
    assert!(dispatcher.may_replace(0));
    // The new worker has handled the cancel and the start; its next answer is its third.
    dispatcher.send(Request::Pause { job: JobId(4) });
    for worker in [0, 1] {
        let n_requests = [3, 5][worker];
        let events = vec![Event::Paused { job: JobId(4) }];
        let heard = dispatcher.receive(worker, Reply { n_requests, events });
        assert_eq!(heard.len(), worker, "when both have answered");
    }
}

#[test]
fn every_message_survives_the_wire() {
    let error = ConfigError {
        field: ConfigField::LearningRate,
        value: -1.0,
        min: 1e-9,
        max: 1e4,
    };
    let change = LrChange {
        step: u64::MAX,
        lr: 0.1 + 0.2,
    };
    let sample = Sample {
        step: 12,
        n_examples: u64::MAX,
        lr: f64::MIN_POSITIVE,
        batch_loss: Some(-0.0),
        train_loss: 1.0 / 3.0,
        test_loss: None,
        test_accuracy: Some(1.0),
        batch_grad_norm_sq: Some(f64::MAX),
        corrected_grad_norm_sq: Some(-1e-300),
        noise: Some(NoiseProbe {
            grad_norm_sq: 2.0,
            noise_trace: 3.0,
            noise_scale: None,
        }),
    };
    let hit = TargetHit {
        step: 3,
        n_examples: 12,
    };
    let update = |stop| RunUpdate {
        run: 4,
        step: 12,
        n_examples: 48,
        samples: vec![sample; 3],
        target: Some(hit),
        stop,
        grid: Some(DecisionGrid {
            n_side: 2,
            class_one: vec![0, 127, 128, 255],
        }),
    };
    let stops = [
        None,
        Some(StopReason::TargetReached),
        Some(StopReason::BudgetSpent),
        Some(StopReason::Diverged { step: 9 }),
    ];
    let reply = Reply {
        n_requests: 5,
        events: vec![
            Event::Ready,
            Event::Progress {
                job: JOB,
                updates: stops.into_iter().map(update).collect(),
            },
            Event::Paused { job: JOB },
            Event::Done { job: JOB },
            Event::Refused {
                job: JOB,
                run: 1,
                error,
            },
            Event::LrSet {
                job: JOB,
                run: 1,
                change,
            },
            Event::LrRefused {
                job: JOB,
                run: 1,
                error,
            },
            Event::Lost { job: JOB },
        ],
    };
    assert_eq!(decode::<Reply>(&encode(&reply)), Some(reply));

    let resumed = |numbered| ResumedRun {
        numbered,
        lr_changes: vec![change; 2],
        seen_step: 7,
        n_samples_seen: 8,
        goal_step: Some(u64::MAX),
    };
    for request in [
        start(),
        PLAY,
        Request::Play {
            job: JOB,
            pace: Pace::ExamplesPerSecond(500),
        },
        Request::Pause { job: JOB },
        Request::Step {
            job: JOB,
            n_steps: 25,
        },
        Request::SetLr {
            job: JOB,
            run: 2,
            lr: 1e-7,
        },
        Request::Resume {
            job: JOB,
            runs: runs().into_iter().map(resumed).collect(),
        },
        Request::Cancel { job: JOB },
    ] {
        let bytes = encode(&request);
        assert_eq!(decode::<Request>(&bytes), Some(request));
        assert_eq!(
            decode::<Request>(&bytes[..bytes.len() - 1]),
            None,
            "a message cut short is none"
        );
    }
    assert_eq!(decode::<Request>(&[]), None);
    assert_eq!(decode::<Request>(&[255; 9]), None);
}
