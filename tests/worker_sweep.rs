//! A sweep in workers: the same digits however many share it, whoever is lost, and whenever it is paused.
#![allow(clippy::unwrap_used)]

#[path = "support/sweeps.rs"]
mod sweeps;

use critical_batch::experiment::sweep::config::{Metric, SweepConfig};
use critical_batch::experiment::sweep::record::SweepRecord;
use critical_batch::train::spec::TaskSpec;
use critical_batch::worker::dispatch::{Dispatcher, Outbox};
use critical_batch::worker::engine::Engine;
use critical_batch::worker::measure::Measurement;
use critical_batch::worker::protocol::{
    CellRun, Event, JobId, MeasuredRun, Pace, Request, decode, encode,
};
use std::cell::Cell;
use std::rc::Rc;
use sweeps::sgd_sweep;

const JOB: JobId = JobId(5);

fn config() -> SweepConfig {
    let target = Metric::StepsToTarget { target: 0.3 };
    SweepConfig {
        n_batches: 6,
        n_seeds: 2,
        ..sgd_sweep(TaskSpec::Quadratic { n_dims: 20 }, target, 0.1, 20.0, 9)
    }
}

fn straight() -> SweepRecord {
    let mut record = SweepRecord::new(config());
    record.run_with(|run| Measurement::to_end(run).unwrap());
    record
}

/// Workers with a clock that moves at every look, and a page that keeps two runs with each.
struct Bench {
    dispatcher: Dispatcher,
    engines: Vec<Engine>,
    record: SweepRecord,
    n_under_way: usize,
    n_answers: usize,
}

fn engine() -> Engine {
    let now = Rc::new(Cell::new(0.0));
    Engine::new(move || {
        now.set(now.get() + 1.0);
        now.get()
    })
}

impl Bench {
    fn new(n_workers: usize) -> Self {
        Self {
            dispatcher: Dispatcher::new(n_workers),
            engines: (0..n_workers).map(|_| engine()).collect(),
            record: SweepRecord::new(config()),
            n_under_way: 0,
            n_answers: 0,
        }
    }

    fn carry(&mut self, out: Outbox) {
        for (worker, request) in out.requests {
            let request: Request = decode(&encode(&request)).unwrap();
            let events = self.engines[worker].handle(request);
            assert!(events.is_empty(), "nothing is measured inside a request");
        }
    }

    fn feed(&mut self) {
        let mut runs = Vec::new();
        while self.n_under_way < 2 * self.engines.len()
            && let Some(run) = self.record.next_run()
        {
            self.n_under_way += 1;
            runs.push(run);
        }
        if !runs.is_empty() {
            let out = self.dispatcher.send(Request::Measure { job: JOB, runs });
            self.carry(out);
        }
    }

    /// One slice of every worker; whether any had work.
    fn turn(&mut self) -> bool {
        let mut had_work = false;
        for worker in 0..self.engines.len() {
            had_work |= self.engines[worker].has_work();
            let events = self.engines[worker].work(12.0);
            let reply = self.engines[worker].reply(events);
            for event in self
                .dispatcher
                .receive(worker, decode(&encode(&reply)).unwrap())
            {
                if let Event::Measured { cell, run, .. } = event {
                    self.n_under_way -= 1;
                    self.n_answers += 1;
                    self.record.take(cell, run);
                }
            }
        }
        had_work
    }

    fn run_all(&mut self) {
        while !self.record.is_done() {
            self.feed();
            assert!(self.turn(), "something is under way until the end");
        }
    }

    /// A new worker in the place of one that crashed.
    fn lose(&mut self, worker: usize) {
        self.engines[worker] = engine();
        assert!(self.dispatcher.may_replace(worker));
        let out = self.dispatcher.replaced(worker);
        self.carry(out);
    }
}

#[test]
fn one_two_and_three_workers_give_the_same_digits() {
    let expected = straight().digest();
    for n_workers in [1, 2, 3] {
        let mut bench = Bench::new(n_workers);
        bench.run_all();
        assert_eq!(bench.record.digest(), expected, "{n_workers} workers");
        assert_eq!(
            bench.n_answers,
            bench.record.n_done(),
            "no run was made twice"
        );
        assert!(!bench.engines.iter().any(Engine::has_work));
    }
}

#[test]
fn a_killed_worker_is_replaced_and_its_cells_repeated() {
    let mut bench = Bench::new(2);
    for _ in 0..5 {
        bench.feed();
        bench.turn();
    }
    bench.lose(1);
    bench.run_all();
    assert_eq!(bench.record.digest(), straight().digest());
    assert!(
        !bench.dispatcher.may_replace(1),
        "a second loss is no accident"
    );
    assert!(bench.dispatcher.may_replace(0));
}

#[test]
fn where_no_worker_starts_one_engine_takes_everything() {
    let mut bench = Bench::new(3);
    bench.feed();
    // Nothing was measured yet; all seats fall together.
    bench.engines = vec![engine()];
    let out = bench.dispatcher.collapse();
    bench.carry(out);
    bench.run_all();
    assert_eq!(bench.record.digest(), straight().digest());
}

#[test]
fn a_pause_stops_all_workers_and_a_lost_one_stays_paused() {
    let mut bench = Bench::new(2);
    bench.feed();
    bench.turn();
    bench.feed();
    let out = bench.dispatcher.send(Request::Pause { job: JOB });
    bench.carry(out);
    let n_answers = bench.n_answers;
    assert!(!bench.turn(), "nobody works while paused");
    bench.lose(0);
    assert!(!bench.turn());
    assert_eq!(bench.n_answers, n_answers);
    for _ in 0..20 {
        assert_eq!(
            bench.dispatcher.tick(),
            [] as [usize; 0],
            "silence is no loss while paused"
        );
    }
    let pace = Pace::Max;
    let out = bench.dispatcher.send(Request::Play { job: JOB, pace });
    bench.carry(out);
    bench.run_all();
    assert_eq!(bench.record.digest(), straight().digest());
}

#[test]
fn a_silent_worker_that_owes_a_run_is_noticed_and_an_idle_one_is_not() {
    let mut bench = Bench::new(2);
    bench.feed();
    let mut lost = Vec::new();
    for _ in 0..10 {
        lost.extend(bench.dispatcher.tick());
    }
    assert!(lost.contains(&0) && lost.contains(&1));
    bench.run_all();
    for _ in 0..20 {
        assert_eq!(bench.dispatcher.tick(), [] as [usize; 0]);
    }
}

#[test]
fn a_cancelled_sweep_falls_silent_and_its_late_answers_are_dropped() {
    let mut bench = Bench::new(2);
    bench.feed();
    let late = bench.engines[0].work(1e9);
    let out = bench.dispatcher.send(Request::Cancel { job: JOB });
    bench.carry(out);
    assert!(!bench.engines.iter().any(Engine::has_work));
    let reply = bench.engines[0].reply(late);
    assert!(bench.dispatcher.receive(0, reply).is_empty());
    let runs = Vec::from([bench.record.next_run().unwrap()]);
    let out = bench.dispatcher.send(Request::Measure { job: JOB, runs });
    assert!(out.requests.is_empty(), "an old job is not taken up again");
}

#[test]
fn a_hidden_tab_leaves_one_worker_busy() {
    let mut bench = Bench::new(3);
    bench.dispatcher.set_active(1);
    bench.feed();
    assert!(bench.engines[0].has_work());
    assert!(!bench.engines[1].has_work() && !bench.engines[2].has_work());
    bench.dispatcher.set_active(usize::MAX);
    bench.run_all();
    assert_eq!(bench.record.digest(), straight().digest());
}

#[test]
fn what_cannot_be_trained_is_refused_with_its_cell() {
    let mut run: CellRun = SweepRecord::new(config()).next_run().unwrap();
    run.config.lr = -1.0;
    let cell = run.cell;
    let mut engine = engine();
    engine.handle(Request::Measure {
        job: JOB,
        runs: vec![run],
    });
    let events = engine.work(12.0);
    assert!(matches!(events[..], [Event::Refused { job: JOB, run, .. }] if run == cell));
    assert!(!engine.has_work());
}

#[test]
fn a_long_run_gives_signs_of_life() {
    let mut run: CellRun = SweepRecord::new(config()).next_run().unwrap();
    run.target = None;
    run.max_steps = None;
    run.config.budget_examples = 2_000_000;
    let mut engine = engine();
    engine.handle(Request::Measure {
        job: JOB,
        runs: vec![run],
    });
    let mut n_signs = 0;
    let mut measured: Option<MeasuredRun> = None;
    while engine.has_work() {
        for event in engine.work(12.0) {
            match event {
                Event::Progress { job: JOB, updates } if updates.is_empty() => n_signs += 1,
                Event::Measured { run, .. } => measured = Some(run),
                other => panic!("{other:?}"),
            }
        }
    }
    assert!(n_signs > 0);
    assert_eq!(measured.unwrap().n_steps, 2_000_000);
}
