//! What the panels of a lesson show, compared with what the lesson is about.

use super::Lesson;
use crate::experiment::calculator::{Calculation, RuleKind, calculate};
use crate::experiment::noise_lab::state::{Lab, plane};
use crate::params::calc::CalcState;
use crate::params::curves::{CurvesState, Family};
use crate::params::noise::NoiseState;
use crate::params::race::RaceState;
use crate::params::url::Link;
use crate::theory::crossings::sqrt_meets_theory;
use crate::theory::rules::ScalingRule;
use crate::theory::tradeoff::{examples_ratio, steps_ratio};
use crate::units::{BatchSize, NoiseScale, parse_number};
use alloc::string::String;
use alloc::vec::Vec;

/// Name for tests and attribute of something that a panel shows.
pub type Place = (&'static str, &'static str);

/// What a check can see.
pub struct Seen<'a> {
    /// The state of the panels.
    pub link: &'a Link,
    /// What stands at a place of the panel on screen; `None` while nothing does.
    pub at: &'a dyn Fn(Place) -> Option<String>,
}

impl Seen<'_> {
    fn number(&self, place: Place) -> Option<f64> {
        parse_number(&(self.at)(place)?)
    }

    fn is(&self, place: Place, text: &str) -> bool {
        (self.at)(place).as_deref() == Some(text)
    }
}

/// What earlier checks of the same visit saw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Note {
    what: What,
    /// Examples per batch, or a job.
    at: u64,
    /// Whether it diverged, a count, a digest, or the bits of a number.
    how: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// A finished race without warmup, and one with it.
    Plain,
    Warmed,
    /// A summed loss under SGD, and under Adam.
    SummedSgd,
    SummedAdam,
    /// A batch made by many devices, and by accumulation on one.
    Devices,
    Accumulated,
    /// A finished race.
    Raced,
}

/// The notes of a kind.
fn of(notes: &[Note], what: What) -> impl Iterator<Item = &Note> {
    notes.iter().filter(move |n| n.what == what)
}

/// Keeps a note once.
fn put_down(notes: &mut Vec<Note>, note: Note) {
    if !notes.contains(&note) {
        notes.push(note);
    }
}

/// What a check says.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The hint with this name says what is still to be done.
    NotYet(&'static str),
    /// The numbers of the sentence about what was found; each is finite.
    Found { numbers: Vec<f64>, answer: Answer },
}

/// What would have been the right prediction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// The option with this index.
    Option(usize),
    /// A number; predictions up to [`TOLERANCE`] beside it count.
    Number(f64),
}

fn found(numbers: &[f64], answer: Answer) -> Outcome {
    Outcome::Found {
        numbers: numbers.to_vec(),
        answer,
    }
}

/// How far a predicted number may be from the answer, as a share of it.
pub const TOLERANCE: f64 = 0.10;
/// Batch sizes up to this share beside the wanted one count: a handle is not set to the last example.
const NEAR: f64 = 0.03;
/// The critical batch of the quadratic in lesson 5 is asked to be above or below this.
const ASKED: f64 = 32.0;
/// The critical batch of the sweep in lesson 5, from the expected loss instead of runs, on the same grid
/// (`experiment::sweep::exact`; `tests/lessons.rs` computes it anew).
pub const EXACT_CRITICAL: f64 = 93.122;

/// Checks a lesson; `notes` are kept between the checks of one visit.
pub fn check(lesson: Lesson, seen: &Seen, notes: &mut Vec<Note>) -> Outcome {
    match lesson {
        Lesson::NoiseShrinks => noise_shrinks(lesson, &seen.link.noise),
        Lesson::LinearBreaks => linear_breaks(&seen.link.curves),
        Lesson::SqrtMeetsTheory => sqrt_meets(lesson, &seen.link.curves),
        Lesson::LargeBatchesCost => large_batches(&seen.link.curves),
        Lesson::MeasureCritical => measure_critical(lesson, seen),
        Lesson::AdamIsDifferent => adam_differs(seen),
        Lesson::CriticalGrows => critical_grows(&seen.link.noise),
        Lesson::WarmupRescue => warmup(seen, notes),
        Lesson::SumOrMean => sum_or_mean(seen, notes),
        Lesson::Accumulation => accumulation(seen, notes),
    }
}

/// Index of the nearest of some values, by ratio.
fn nearest(value: f64, values: &[f64]) -> usize {
    let miss = |v: &f64| libm::log(v / value).abs();
    let best = values.iter().enumerate();
    best.min_by(|a, b| miss(a.1).total_cmp(&miss(b.1)))
        .map_or(0, |(i, _)| i)
}

fn is_near(value: f64, wanted: f64) -> bool {
    (value / wanted - 1.0).abs() <= NEAR
}

/// The radius of the drawn fan falls with 1/√B (McCandlish et al. 2018, arXiv:1812.06162, eq. 2.10).
fn noise_shrinks(lesson: Lesson, state: &NoiseState) -> Outcome {
    let start = lesson.link("").0.noise.batch;
    let (now, before) = (
        Lab::of(state).radius,
        Lab::of(&NoiseState {
            batch: start,
            ..state.clone()
        })
        .radius,
    );
    if now <= 0.0 {
        return Outcome::NotYet("quiet");
    }
    let fourfold = libm::log2(state.batch / start) / 2.0;
    if fourfold < 1.0 {
        return Outcome::NotYet("move");
    }
    let per_fourfold = libm::pow(now / before, 1.0 / fourfold);
    found(
        &[start, before, state.batch, now, per_fourfold],
        Answer::Option(nearest(
            per_fourfold,
            &[0.25, 0.5, core::f64::consts::FRAC_1_SQRT_2, 1.0],
        )),
    )
}

/// r = η_linear/η_theory at a batch size.
fn linear_over_theory(state: &CurvesState) -> f64 {
    let theory = ScalingRule::noise_scale_sgd(NoiseScale::clamped(state.critical_batch));
    let (base, batch) = (
        BatchSize::clamped(state.base_batch),
        BatchSize::clamped(state.batch),
    );
    ScalingRule::Linear.lr_ratio(theory, base, batch).get()
}

/// r_linear(B) = (B + B_noise)/(B₀ + B_noise), which is 2/(1 + B₀/B_noise) at B = B_noise (McCandlish et al. 2018,
/// eq. 2.6, anchored at B₀).
fn linear_breaks(state: &CurvesState) -> Outcome {
    if state.family != Family::Sgd {
        return Outcome::NotYet("sgd");
    }
    if !is_near(state.batch, state.critical_batch) {
        return Outcome::NotYet("there");
    }
    let ratio = linear_over_theory(state);
    found(&[state.batch, ratio], Answer::Number(ratio))
}

/// B = B_noise²/B₀, for the base that the lesson begins with and then for another.
fn sqrt_meets(lesson: Lesson, state: &CurvesState) -> Outcome {
    if state.family != Family::Sgd {
        return Outcome::NotYet("sgd");
    }
    let first_base = lesson.link("").0.curves.base_batch;
    let meets = |base| {
        sqrt_meets_theory(
            BatchSize::clamped(base),
            NoiseScale::clamped(state.critical_batch),
        )
    };
    let wanted = meets(state.base_batch);
    if !is_near(state.batch, wanted) {
        return Outcome::NotYet("there");
    }
    if is_near(state.base_batch, first_base) {
        return Outcome::NotYet("again");
    }
    let first = meets(first_base);
    found(
        &[first_base, first, state.base_batch, wanted],
        Answer::Number(first),
    )
}

/// E/E_min = 1 + B/B_crit and S/S_min = 1 + B_crit/B (McCandlish et al. 2018, eq. 2.11).
fn large_batches(state: &CurvesState) -> Outcome {
    if !is_near(state.batch, state.critical_batch) {
        return Outcome::NotYet("there");
    }
    let (batch, critical) = (
        BatchSize::clamped(state.batch),
        NoiseScale::clamped(state.critical_batch),
    );
    let examples = examples_ratio(batch, critical);
    found(
        &[state.batch, examples, steps_ratio(batch, critical)],
        Answer::Option(nearest(examples, &[1.0, 1.5, 2.0, 4.0])),
    )
}

const SWEEP_STATE: Place = ("panel-sweep", "data-state");

/// The measured interval against the value without sampling, on the settings that this was computed for.
fn measure_critical(lesson: Lesson, seen: &Seen) -> Outcome {
    let start = lesson.link("").0.race;
    let is_same = RaceState {
        seed: start.seed,
        ..seen.link.race.clone()
    } == start;
    if !is_same {
        return Outcome::NotYet("settings");
    }
    let shown = |what| seen.number(("b-crit", what));
    let (Some(value), Some(low), true) = (
        shown("data-value"),
        shown("data-low"),
        seen.is(SWEEP_STATE, "done"),
    ) else {
        return Outcome::NotYet("run");
    };
    // An interval without an upper end has no number there.
    let Some(high) = shown("data-high").filter(|high| (low..=*high).contains(&EXACT_CRITICAL))
    else {
        return Outcome::NotYet("missed");
    };
    found(
        &[value, low, high, EXACT_CRITICAL],
        Answer::Option(usize::from(value > ASKED)),
    )
}

/// The slope of the best learning rate below the bend; reported, and called by the nearest of 1, ½ and 0.
fn adam_differs(seen: &Seen) -> Outcome {
    if !seen.link.race.optimizer.is_adaptive() {
        return Outcome::NotYet("adam");
    }
    let slope = seen.number(("slopes", "data-low"));
    let (Some(slope), true) = (slope, seen.is(SWEEP_STATE, "done")) else {
        return Outcome::NotYet("run");
    };
    let distance = |v: f64| (slope - v).abs();
    let answer = if distance(1.0) < distance(0.5) {
        0
    } else if distance(0.5) <= distance(0.0) {
        1
    } else {
        2
    };
    found(
        &[slope, seen.link.race.n_sweep_seeds().into()],
        Answer::Option(answer),
    )
}

/// Later than this share of the way, in percent, counts as late.
const LATE: f64 = 50.0;
/// How much larger the later noise scale must be (product design, lesson 7).
const GROWTH: f64 = 3.0;

/// B_noise = tr(HΣ)/(GᵀHG) grows as the gradient falls and the noise stays.
fn critical_grows(state: &NoiseState) -> Outcome {
    let at = |follow| {
        let state = NoiseState {
            follow,
            ..state.clone()
        };
        plane(&state).local().map(|l| l.noise_scale())
    };
    if state.follow < LATE {
        return Outcome::NotYet("follow");
    }
    let (Some(early), Some(late)) = (at(0.0), at(state.follow)) else {
        return Outcome::NotYet("further");
    };
    let growth = late / early;
    // Without noise both are 0.
    if growth.is_nan() || growth < GROWTH {
        return Outcome::NotYet("further");
    }
    found(&[early, late, growth], Answer::Option(1))
}

/// Whether the linear lane diverged at a batch size, without and with warmup: a batch that warmup rescues, and one that
/// it does not, are the two sides of a boundary.
fn warmup(seen: &Seen, notes: &mut Vec<Note>) -> Outcome {
    let state = &seen.link.race;
    let status = (seen.at)(("lane-linear", "data-status"));
    let (Some(status), true) = (status, seen.is(("panel-race", "data-state"), "done")) else {
        return Outcome::NotYet("run");
    };
    let is_warm = state.warmup == 1;
    let has_diverged = status == "diverged";
    let note = Note {
        what: if is_warm { What::Warmed } else { What::Plain },
        at: state.batch as u64,
        how: u64::from(has_diverged),
    };
    put_down(notes, note);
    let batches = |what, how| of(notes, what).filter(move |n| n.how == how).map(|n| n.at);
    // The same batch diverges without warmup and does not with it.
    let rescued = batches(What::Warmed, 0).find(|b| batches(What::Plain, 1).any(|p| p == *b));
    let lost = batches(What::Warmed, 1).next();
    match (rescued, lost) {
        (Some(rescued), Some(lost)) => {
            let [rescued, lost] = [rescued, lost].map(|b| b as f64);
            found(
                &[
                    rescued,
                    rescued / state.base_batch,
                    lost,
                    lost / state.base_batch,
                ],
                Answer::Option(1),
            )
        }
        (Some(_), None) => Outcome::NotYet("boundary"),
        (None, _) if !is_warm && has_diverged => Outcome::NotYet("first"),
        (None, _) if !is_warm => Outcome::NotYet("calm"),
        (None, Some(_)) => Outcome::NotYet("smaller"),
        (None, None) => Outcome::NotYet("plain"),
    }
}

/// η of the linear rule in the calculator's table, as a multiple of η₀.
fn linear_factor(state: &CalcState, calculation: &Calculation) -> f64 {
    let row = calculation
        .rules
        .iter()
        .find(|r| r.kind == RuleKind::Linear);
    row.map_or(0.0, |r| r.lr / state.base_lr)
}

/// With a summed loss the gradient of SGD is κ times as long, so the linear rule is what happens by itself; Adam
/// divides the length out (its ε aside), so nothing happens.
fn sum_or_mean(seen: &Seen, notes: &mut Vec<Note>) -> Outcome {
    let state = &seen.link.calc;
    if state.reduction != 1 {
        return Outcome::NotYet("sum");
    }
    let calculation = calculate(state);
    let what = if state.is_adaptive() {
        What::SummedAdam
    } else {
        What::SummedSgd
    };
    notes.retain(|n| n.what != what);
    notes.push(Note {
        what,
        at: state.batch as u64,
        how: linear_factor(state, &calculation).to_bits(),
    });
    let factor = |what| of(notes, what).next().map(|n| f64::from_bits(n.how));
    match (factor(What::SummedSgd), factor(What::SummedAdam)) {
        (Some(sgd), Some(adam)) => Outcome::Found {
            numbers: Vec::from([calculation.ratio, sgd, adam]),
            // The optimiser whose rate needs less raising is the one that a sum raises by itself.
            answer: Answer::Option(if sgd < adam {
                1
            } else if sgd > adam {
                2
            } else {
                3
            }),
        },
        (Some(_), None) => Outcome::NotYet("adam"),
        _ => Outcome::NotYet("sgd"),
    }
}

/// The same total batch from devices and from accumulation, and two races at that batch with the same digits.
fn accumulation(seen: &Seen, notes: &mut Vec<Note>) -> Outcome {
    let (calc, race) = (&seen.link.calc, &seen.link.race);
    let total = calc.factors().total();
    let (devices, steps) = (calc.n_devices * calc.n_nodes, calc.accum_steps);
    let how = match (devices > 1.0, steps > 1.0) {
        (true, false) => Some((What::Devices, devices)),
        (false, true) => Some((What::Accumulated, steps)),
        _ => None,
    };
    if let Some((what, count)) = how {
        let how = count as u64;
        put_down(
            notes,
            Note {
                what,
                at: total,
                how,
            },
        );
    }
    let batches = |what| of(notes, what).map(|n| n.at);
    let both = batches(What::Devices).find(|b| batches(What::Accumulated).any(|a| a == *b));
    let Some(batch) = both else {
        let has = |what| batches(what).next().is_some();
        return Outcome::NotYet(if !has(What::Devices) {
            "devices"
        } else if !has(What::Accumulated) {
            "accumulate"
        } else {
            "total"
        });
    };
    let race_at = |what| (seen.at)(("panel-race", what));
    let job = seen
        .number(("panel-race", "data-job"))
        .map(|job| job as u64);
    // Six digits as one number.
    let digest = race_at("data-digest").map(|t| t.bytes().fold(0, |n, b| n << 8 | u64::from(b)));
    let (Some(at), Some(how), true) = (job, digest, race.batch as u64 == batch) else {
        return Outcome::NotYet("race");
    };
    let first = of(notes, What::Raced).next().copied();
    let is_other = first.is_none_or(|n| n.how != how);
    if is_other {
        // What the next race is compared with.
        notes.retain(|n| n.what != What::Raced);
        notes.push(Note {
            what: What::Raced,
            at,
            how,
        });
    }
    match first {
        None => Outcome::NotYet("again"),
        Some(first) if first.at == at => Outcome::NotYet("again"),
        Some(_) if is_other => Outcome::NotYet("seed"),
        Some(_) => found(&[batch as f64], Answer::Option(0)),
    }
}
