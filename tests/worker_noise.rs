//! A measurement of noise in workers: the same digits whoever is lost, however it is cut and paused.
#![allow(clippy::unwrap_used)]

use critical_batch::experiment::noise_lab::digits::{NoiseConfig, NoisePoint, NoiseRun};
use critical_batch::train::spec::{ConfigField, OptimizerSpec, StopReason};
use critical_batch::worker::dispatch::{Dispatcher, Outbox};
use critical_batch::worker::engine::Engine;
use critical_batch::worker::protocol::{Event, JobId, Pace, Request, decode, encode};
use std::cell::Cell;
use std::rc::Rc;

const JOB: JobId = JobId(5);

fn config() -> NoiseConfig {
    NoiseConfig {
        optimizer: OptimizerSpec::Sgd {
            momentum: 0.0,
            dampening: 0.0,
            nesterov: false,
            weight_decay: 0.0,
        },
        lr: 0.5,
        part_size: 4,
        n_parts: 4,
        n_steps: 240,
        seed: 3,
    }
}

fn straight() -> Vec<NoisePoint> {
    let mut run = NoiseRun::new(config()).unwrap();
    assert!(run.advance(u32::MAX));
    run.points().to_vec()
}

/// A clock that moves at every look, so far that a slice holds a few units of work.
fn engine() -> Engine {
    let now = Rc::new(Cell::new(0.0));
    Engine::new(move || {
        now.set(now.get() + 3.0);
        now.get()
    })
}

/// The page's side: points as they come, and how the run ended.
struct World {
    dispatcher: Dispatcher,
    engines: Vec<Engine>,
    points: Vec<NoisePoint>,
    n_events: usize,
    stop: Option<StopReason>,
    others: Vec<Event>,
}

impl World {
    fn new(n_workers: usize) -> Self {
        let mut world = Self {
            dispatcher: Dispatcher::new(n_workers),
            engines: (0..n_workers).map(|_| engine()).collect(),
            points: Vec::new(),
            n_events: 0,
            stop: None,
            others: Vec::new(),
        };
        world.send(Request::Noise {
            job: JOB,
            config: config(),
        });
        world
    }

    fn send(&mut self, request: Request) {
        let out = self.dispatcher.send(request);
        self.carry(out);
    }

    fn carry(&mut self, out: Outbox) {
        for (worker, request) in out.requests {
            let request: Request = decode(&encode(&request)).unwrap();
            let events = self.engines[worker].handle(request);
            let reply = self.engines[worker].reply(events);
            let heard = self.dispatcher.receive(worker, reply);
            self.others.extend(heard);
        }
        self.others.extend(out.events);
    }

    fn turn(&mut self) {
        for worker in 0..self.engines.len() {
            let events = self.engines[worker].work(12.0);
            let reply = decode(&encode(&self.engines[worker].reply(events))).unwrap();
            for event in self.dispatcher.receive(worker, reply) {
                match event {
                    Event::Noise {
                        n_before,
                        points,
                        stop,
                        ..
                    } => {
                        self.n_events += 1;
                        self.points.truncate(n_before as usize);
                        assert_eq!(self.points.len(), n_before as usize, "no gap");
                        self.points.extend(points);
                        self.stop = stop;
                    }
                    other => self.others.push(other),
                }
            }
        }
    }

    fn finish(&mut self) {
        for _ in 0..100_000 {
            if self.stop.is_some() {
                return;
            }
            self.turn();
        }
        panic!("it never ended");
    }
}

#[test]
fn any_number_of_workers_finds_the_same_points() {
    let expected = straight();
    assert!(expected.len() > 10);
    for n_workers in [1, 2, 5] {
        let mut world = World::new(n_workers);
        assert_eq!(world.dispatcher.current(), Some(JOB));
        world.finish();
        assert_eq!(world.points, expected);
        assert_eq!(world.stop, Some(StopReason::BudgetSpent));
        assert!(world.n_events > 3, "it is told in pieces");
        assert!(world.others.is_empty());
    }
}

#[test]
fn a_pause_stops_it_and_playing_goes_on() {
    let mut world = World::new(2);
    while world.points.len() < 3 {
        world.turn();
    }
    world.send(Request::Pause { job: JOB });
    let before = world.points.len();
    (0..200).for_each(|_| world.turn());
    assert_eq!(world.points.len(), before);
    assert!((0..50).all(|_| world.dispatcher.tick().is_empty()));
    world.send(Request::Play {
        job: JOB,
        pace: Pace::Max,
    });
    world.finish();
    assert_eq!(world.points, straight());
}

#[test]
fn nothing_is_heard_of_a_cancelled_or_replaced_measurement() {
    let mut world = World::new(1);
    while world.points.is_empty() {
        world.turn();
    }
    world.send(Request::Cancel { job: JOB });
    let before = world.points.len();
    (0..200).for_each(|_| world.turn());
    assert_eq!((world.points.len(), world.stop), (before, None));
    assert!(!world.engines[0].has_work());
    assert_eq!(world.dispatcher.current(), None);
    // A job that is not newer is not taken up again; a newer one is, and a race after it ends it.
    world.send(Request::Noise {
        job: JOB,
        config: config(),
    });
    assert!(!world.engines[0].has_work());
    world.send(Request::Noise {
        job: JobId(6),
        config: config(),
    });
    assert!(world.engines[0].has_work());
    world.send(Request::Start {
        job: JobId(7),
        runs: Vec::new(),
    });
    assert!(!world.engines[0].has_work());
}

#[test]
fn a_lost_worker_is_replaced_once_and_the_digits_stay() {
    let mut world = World::new(2);
    while world.points.len() < 4 {
        world.turn();
    }
    world.engines[0] = engine();
    assert!(world.dispatcher.may_replace(0));
    let out = world.dispatcher.replaced(0);
    world.carry(out);
    world.finish();
    assert_eq!(world.points, straight());

    let mut world = World::new(2);
    let silent: Vec<usize> = (0..5).flat_map(|_| world.dispatcher.tick()).collect();
    assert_eq!(silent, [0]);
    let out = world.dispatcher.replaced(0);
    world.carry(out);
    assert!(!world.dispatcher.may_replace(0));
    let out = world.dispatcher.give_up(0);
    assert_eq!(out.events, [Event::Lost { job: JOB }]);
}

#[test]
fn a_paused_one_stays_paused_when_everything_moves_to_the_page() {
    let mut world = World::new(3);
    world.send(Request::Pause { job: JOB });
    world.engines = vec![engine()];
    let out = world.dispatcher.collapse();
    world.carry(out);
    assert!(!world.engines[0].has_work());
    world.send(Request::Play {
        job: JOB,
        pace: Pace::Max,
    });
    world.finish();
    assert_eq!(world.points, straight());
}

#[test]
fn what_cannot_be_trained_is_refused_by_name() {
    let mut world = World::new(1);
    world.send(Request::Noise {
        job: JobId(8),
        config: NoiseConfig {
            lr: 1e9,
            ..config()
        },
    });
    match world.others.as_slice() {
        [Event::Refused { job, error, .. }] => {
            assert_eq!(*job, JobId(8));
            assert_eq!(error.field, ConfigField::LearningRate);
        }
        other => panic!("{other:?}"),
    }
}
