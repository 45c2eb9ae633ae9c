//! The checks, fed with what the panels would show, against numbers that are worked out here.

use critical_batch::experiment::lessons::{
    Answer, EXACT_CRITICAL, Lesson, Note, Outcome, Place, Seen, TOLERANCE, check,
};
use critical_batch::experiment::race_record::RaceRecord;
use critical_batch::experiment::race_state::RacePlan;
use critical_batch::experiment::sweep::config::SweepConfig;
use critical_batch::experiment::sweep::exact::expected;
use critical_batch::experiment::sweep::fit::{Quantity, fit_ridge};
use critical_batch::experiment::sweep::record::SweepRecord;
use critical_batch::experiment::sweep::ridge::{ridge, slope};
use critical_batch::params::curves::Family;
use critical_batch::params::race::{OptimizerKind, RaceState};
use critical_batch::params::url::{Link, controls, decode};
use critical_batch::scenes::sweep::Findings;
use critical_batch::worker::engine::Engine;
use critical_batch::worker::measure::Measurement;
use critical_batch::worker::protocol::{Event, JobId, Pace, Request};

/// A visit to a lesson, with what its panel shows.
struct Visit {
    lesson: Lesson,
    link: Link,
    shown: Vec<(Place, String)>,
    notes: Vec<Note>,
}

impl Visit {
    fn to(lesson: Lesson) -> Self {
        let (link, notices) = lesson.link("");
        assert!(notices.is_empty());
        Self {
            lesson,
            link,
            shown: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn show(&mut self, place: Place, text: impl ToString) {
        self.shown.retain(|(p, _)| *p != place);
        self.shown.push((place, text.to_string()));
    }

    fn check(&mut self) -> Outcome {
        let at = |place: Place| {
            let found = self.shown.iter().find(|(p, _)| *p == place);
            found.map(|(_, text)| text.clone())
        };
        let seen = Seen {
            link: &self.link,
            at: &at,
        };
        let outcome = check(self.lesson, &seen, &mut self.notes);
        let facts = self.lesson.facts();
        match &outcome {
            Outcome::NotYet(hint) => assert!(facts.hints.contains(hint), "no sentence {hint}"),
            Outcome::Found { numbers, answer } => {
                assert_eq!(numbers.len(), facts.n_numbers);
                assert!(numbers.iter().all(|n| n.is_finite()), "{numbers:?}");
                match answer {
                    Answer::Option(i) => assert!(*i < facts.options.len()),
                    Answer::Number(v) => assert!(v.is_finite() && facts.options.is_empty()),
                }
            }
        }
        outcome
    }

    fn assert_hint(&mut self, hint: &'static str) {
        assert_eq!(self.check(), Outcome::NotYet(hint), "{:?}", self.lesson);
    }

    fn found(&mut self) -> (Vec<f64>, Answer) {
        match self.check() {
            Outcome::Found { numbers, answer } => (numbers, answer),
            Outcome::NotYet(hint) => panic!("{:?}: still to do: {hint}", self.lesson),
        }
    }

    /// Name of the option that was right.
    fn right(&mut self) -> &'static str {
        match self.found().1 {
            Answer::Option(i) => self.lesson.facts().options[i],
            Answer::Number(v) => panic!("{v} is no option"),
        }
    }
}

#[track_caller]
fn assert_close(found: f64, wanted: f64) {
    assert!((found / wanted - 1.0).abs() < 1e-9, "{found}, not {wanted}");
}

#[test]
fn lesson_1_four_times_the_batch_halves_the_fan() {
    let mut visit = Visit::to(Lesson::NoiseShrinks);
    visit.assert_hint("move");
    for batch in [16.0, 64.0, 1024.0] {
        visit.link.noise.batch = batch;
        let (numbers, _) = visit.found();
        // √(tr(Σ)/B), with Σ = σ²·diag(1/κ, 1), within the 15 % that 256 draws leave.
        let radius = |b: f64| 2.0 * ((1.0 + 0.1) / b).sqrt();
        assert!((numbers[1] / radius(4.0) - 1.0).abs() < 0.15, "{numbers:?}");
        assert!(
            (numbers[3] / radius(batch) - 1.0).abs() < 0.15,
            "{numbers:?}"
        );
        assert!((numbers[4] / 0.5 - 1.0).abs() < 0.15, "{numbers:?}");
        assert_eq!(visit.right(), "half");
    }
    visit.link.noise.noise = 0.0;
    visit.assert_hint("quiet");
}

#[test]
fn lesson_2_linear_is_1_88_times_theory_at_the_critical_batch() {
    let mut visit = Visit::to(Lesson::LinearBreaks);
    visit.assert_hint("there");
    visit.link.curves.batch = 4096.0;
    let (numbers, answer) = visit.found();
    assert_eq!(numbers[0], 4096.0);
    assert_close(numbers[1], 32.0 / 17.0);
    assert_eq!(answer, Answer::Number(numbers[1]));
    // The limit 2 for a small base counts as right, the square root of the ratio of batches does not.
    assert!((2.0 / numbers[1] - 1.0).abs() < TOLERANCE);
    assert!((4.0 / numbers[1] - 1.0).abs() > TOLERANCE);
    visit.link.curves.base_batch = 1.0;
    assert!((visit.found().0[1] - 2.0).abs() < 1e-3);
    visit.link.curves.family = Family::Adam;
    visit.assert_hint("sgd");
}

#[test]
fn lesson_3_the_square_root_is_right_again_at_65536() {
    let mut visit = Visit::to(Lesson::SqrtMeetsTheory);
    visit.assert_hint("there");
    visit.link.curves.batch = 65_536.0;
    visit.assert_hint("again");
    visit.link.curves.base_batch = 128.0;
    visit.assert_hint("there");
    visit.link.curves.batch = 131_072.0;
    let (numbers, answer) = visit.found();
    assert_eq!(numbers, [256.0, 65_536.0, 128.0, 131_072.0]);
    assert_eq!(answer, Answer::Number(65_536.0));
    visit.link.curves.family = Family::Adam;
    visit.assert_hint("sgd");
}

#[test]
fn lesson_4_the_critical_batch_costs_twice_the_examples() {
    let mut visit = Visit::to(Lesson::LargeBatchesCost);
    visit.assert_hint("there");
    visit.link.curves.batch = 4096.0;
    assert_eq!(visit.found().0, [4096.0, 2.0, 2.0]);
    assert_eq!(visit.right(), "twice");
}

/// The sweep of a state, measured here.
fn swept(state: &RaceState) -> Findings {
    let mut record = SweepRecord::new(SweepConfig::of(state));
    record.run_with(|run| Measurement::to_end(run).unwrap());
    Findings::of(&record)
}

fn show_critical(visit: &mut Visit, findings: &Findings) {
    let interval = findings.steps.unwrap().unwrap();
    visit.show(("panel-sweep", "data-state"), "done");
    visit.show(("b-crit", "data-value"), interval.fit.batch);
    visit.show(("b-crit", "data-low"), interval.low);
    visit.show(("b-crit", "data-high"), interval.high);
}

#[test]
fn lesson_5_the_interval_contains_the_value_without_sampling() {
    let mut visit = Visit::to(Lesson::MeasureCritical);
    visit.assert_hint("run");
    let state = visit.link.race.clone();
    let config = SweepConfig {
        n_seeds: 1,
        ..SweepConfig::of(&state)
    };
    let mut exact = SweepRecord::new(config);
    exact.run_with(|run| expected(run).unwrap());
    let exact = fit_ridge(&ridge(&exact), Quantity::Steps, 0).unwrap();
    assert!(
        (exact.fit.batch / EXACT_CRITICAL - 1.0).abs() < 1e-4,
        "{exact:?}"
    );

    show_critical(&mut visit, &swept(&state));
    let (numbers, _) = visit.found();
    assert!(numbers[1] <= EXACT_CRITICAL && EXACT_CRITICAL <= numbers[2]);
    assert_eq!(visit.right(), "above");
    // Another seed is allowed, other settings are not.
    visit.link.race.seed = 8.0;
    visit.found();
    visit.link.race.n_dims = 50.0;
    visit.assert_hint("settings");
    visit.link.race.n_dims = 100.0;
    visit.show(("b-crit", "data-high"), 90.0);
    visit.assert_hint("missed");
    visit.show(("b-crit", "data-high"), f64::INFINITY);
    visit.assert_hint("missed");
    visit.show(("panel-sweep", "data-state"), "running");
    visit.assert_hint("run");
}

#[test]
fn lesson_6_adam_on_digits_scales_about_like_the_square_root() {
    let mut visit = Visit::to(Lesson::AdamIsDifferent);
    visit.assert_hint("run");
    let findings = swept(&visit.link.race);
    let (low, _) = findings.bend().unwrap();
    let below = slope(&findings.ridge, 0.0, low).unwrap();
    visit.show(("panel-sweep", "data-state"), "done");
    visit.show(("slopes", "data-low"), below);
    assert_eq!(visit.found().0, [below, 3.0]);
    assert_eq!(visit.right(), "root");
    for (slope, name) in [
        (0.98, "linear"),
        (0.53, "root"),
        (0.16, "flat"),
        (-0.1, "flat"),
    ] {
        visit.show(("slopes", "data-low"), slope);
        assert_eq!(visit.right(), name);
    }
    visit.link.race = RaceState {
        optimizer: OptimizerKind::Sgd,
        ..visit.link.race
    };
    visit.assert_hint("adam");
}

#[test]
fn lesson_7_the_noise_scale_triples_on_the_way_down() {
    let mut visit = Visit::to(Lesson::CriticalGrows);
    visit.assert_hint("follow");
    visit.link.noise.follow = 50.0;
    let (numbers, _) = visit.found();
    assert_eq!(visit.right(), "late");
    // tr(HΣ)/(GᵀHG) with H = diag(h, 1), h = 1/10, Σ = 4H and w = (2, 1)·exp(−diag(h, 1)·t).
    let scale = |t: f64| {
        let h: f64 = 0.1;
        let (x, y) = (2.0 * (-h * t).exp(), (-t).exp());
        4.0 * (h * h + 1.0) / (h.powi(3) * x * x + y * y)
    };
    assert_close(numbers[0], scale(0.0));
    assert_close(numbers[1], scale(2.0));
    assert_close(numbers[2], scale(2.0) / scale(0.0));
    assert!(numbers[2] > 3.0);
    visit.link.noise.noise = 0.0;
    visit.assert_hint("further");
    (visit.link.noise.x, visit.link.noise.y) = (0.0, 0.0);
    visit.assert_hint("further");
}

/// A race, run here.
fn raced(state: &RaceState) -> RaceRecord {
    let plan = RacePlan::of(state);
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
fn lesson_8_warmup_rescues_the_linear_rule_at_32_and_not_at_64() {
    let mut visit = Visit::to(Lesson::WarmupRescue);
    visit.assert_hint("run");
    let run = |visit: &mut Visit, batch: f64, warmup: usize| {
        (visit.link.race.batch, visit.link.race.warmup) = (batch, warmup);
        let record = raced(&visit.link.race);
        // The base lane comes first.
        let status = record.standing(1, &record.result(1, visit.link.race.target_loss));
        visit.show(("panel-race", "data-state"), "done");
        visit.show(("lane-linear", "data-status"), status.key());
        status.key()
    };
    assert_eq!(run(&mut visit, 32.0, 0), "diverged");
    visit.assert_hint("first");
    assert_eq!(run(&mut visit, 32.0, 1), "reached");
    visit.assert_hint("boundary");
    assert_eq!(run(&mut visit, 64.0, 1), "diverged");
    assert_eq!(visit.found().0, [32.0, 8.0, 64.0, 16.0]);
    assert_eq!(visit.right(), "sometimes");

    // Other ways round.
    let mut visit = Visit::to(Lesson::WarmupRescue);
    assert_eq!(run(&mut visit, 16.0, 0), "reached");
    visit.assert_hint("calm");
    run(&mut visit, 64.0, 1);
    visit.assert_hint("smaller");
    run(&mut visit, 32.0, 1);
    visit.assert_hint("smaller");
    run(&mut visit, 32.0, 0);
    assert_eq!(visit.found().0, [32.0, 8.0, 64.0, 16.0]);
    let mut visit = Visit::to(Lesson::WarmupRescue);
    run(&mut visit, 32.0, 1);
    visit.assert_hint("plain");
}

#[test]
fn lesson_9_a_sum_is_the_linear_rule_for_sgd_and_nothing_for_adam() {
    let mut visit = Visit::to(Lesson::SumOrMean);
    visit.assert_hint("sum");
    visit.link.calc.reduction = 1;
    visit.assert_hint("adam");
    visit.link.calc.optimizer = 3;
    assert_eq!(visit.found().0, [32.0, 1.0, 32.0]);
    assert_eq!(visit.right(), "sgd");
    let mut visit = Visit::to(Lesson::SumOrMean);
    (visit.link.calc.reduction, visit.link.calc.optimizer) = (1, 2);
    visit.assert_hint("sgd");
    visit.link.calc.optimizer = 0;
    assert_eq!(visit.right(), "sgd");
}

#[test]
fn lesson_10_devices_and_accumulation_make_the_same_batch_and_digits() {
    let mut visit = Visit::to(Lesson::Accumulation);
    let calc = |visit: &mut Visit, devices: f64, steps: f64| {
        (visit.link.calc.n_devices, visit.link.calc.accum_steps) = (devices, steps);
    };
    visit.assert_hint("accumulate");
    calc(&mut visit, 1.0, 4.0);
    visit.assert_hint("total");
    calc(&mut visit, 1.0, 8.0);
    visit.assert_hint("race");
    let race = |visit: &mut Visit, job: u32, seed: f64| {
        visit.link.race.seed = seed;
        let digest = raced(&visit.link.race).digest().to_string();
        visit.show(("panel-race", "data-job"), job);
        visit.show(("panel-race", "data-digest"), digest);
    };
    race(&mut visit, 5, 7.0);
    visit.assert_hint("again");
    // The same run does not count twice.
    visit.assert_hint("again");
    race(&mut visit, 6, 8.0);
    visit.assert_hint("seed");
    race(&mut visit, 7, 8.0);
    assert_eq!(visit.found().0, [32.0]);
    assert_eq!(visit.right(), "same");
    assert_eq!(visit.right(), "same", "it stays found");
    visit.link.race.batch = 64.0;
    visit.assert_hint("race");
    let mut visit = Visit::to(Lesson::Accumulation);
    calc(&mut visit, 1.0, 1.0);
    visit.assert_hint("devices");
}

/// The mean of the micro-batches' mean gradients is the gradient of the whole batch.
#[test]
fn lesson_10_what_it_explains_holds_for_the_trainer() {
    use critical_batch::train::accumulate::MeanGradient;
    use critical_batch::train::classifier::Classifier;
    use critical_batch::train::data;
    use critical_batch::train::spec::{Activation, Sampling};
    use critical_batch::train::task::Task as _;
    let classifier = |size| {
        Classifier::new(
            data::digits(),
            &[32],
            Activation::Tanh,
            size,
            Sampling::WithReplacement,
            7,
        )
    };
    let (mut whole, mut part) = (classifier(32), classifier(4));
    let params = whole.init();
    let n = MeanGradient::n_params(&whole);
    let examples: Vec<u32> = (100..132).collect();
    let mut wanted = vec![0.0; n];
    whole.mean_gradient(&params, &examples, &mut wanted);
    let mut sum = vec![0.0_f64; n];
    let mut grad = vec![0.0; n];
    for micro_batch in examples.chunks_exact(4) {
        part.mean_gradient(&params, micro_batch, &mut grad);
        for (s, g) in sum.iter_mut().zip(&grad) {
            *s += f64::from(*g) / 8.0;
        }
    }
    let largest = wanted.iter().fold(0.0_f32, |m, g| m.max(g.abs()));
    for (mean, g) in sum.iter().zip(&wanted) {
        assert!((mean - f64::from(*g)).abs() < 1e-6 * f64::from(largest).max(1.0));
    }
}

#[test]
fn a_link_brings_back_the_panel_that_it_names() {
    let lesson = Lesson::SumOrMean;
    let (link, notices) = lesson.link("#/race?v=1&b=128&guess=sgd&done=1");
    assert_eq!(notices, []);
    assert_eq!(link.race.batch, 128.0);
    assert_eq!(
        link.calc.preset, 1,
        "the other panel is where the lesson begins"
    );
    // What the lesson does not have is left aside.
    for other in ["#/curves?v=1&b=64", "#content", "#/nowhere"] {
        let (link, notices) = lesson.link(other);
        assert_eq!((link, notices), (lesson.link("").0, vec![]), "{other}");
    }
}

#[test]
fn a_teachers_link_locks_all_but_what_the_lesson_moves() {
    for lesson in Lesson::ALL {
        for (start, moved) in lesson.facts().starts {
            let panel = decode(start).0.panel;
            let known = controls(&Link {
                panel,
                ..Link::default()
            });
            let locked = lesson.locked(panel);
            assert!(!locked.is_empty());
            for id in *moved {
                assert!(known.iter().any(|c| c.id == *id), "{panel:?} has no {id:?}");
                assert!(!locked.contains(id), "{id:?}");
            }
        }
    }
}
