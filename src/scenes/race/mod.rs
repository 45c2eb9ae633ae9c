//! The charts of the Race panel: loss of every lane, and the smaller ones beside it.
//!
//! Horizontal axes are shared: examples, steps or simulated time, from the end of the first step to the budget.

mod extra;
mod loss;
mod reading;
mod smooth;

pub use extra::{accuracy_scene, lr_scene, noise_scene, norm_scene};
pub use loss::{loss_range, loss_scene};
pub use reading::{Chart, reading, visited};

use super::axis;
use crate::chart::scale::{Axis, Spacing, TickFormat};
use crate::chart::scene::{Band, Ink, Pattern, Series};
use crate::experiment::lane_result::{CurvePoint, LaneCurve};
use crate::experiment::race::{Lane, LaneKind};
use crate::experiment::race_record::RaceRecord;
use crate::experiment::race_state::time_model;
use crate::i18n::Strings;
use crate::params::race::{RaceState, XAxis};

/// Bit of the legend's test-loss entry, beside those of the lanes.
pub const TEST_BIT: u32 = 1 << 6;

/// What all charts of the panel are drawn from.
#[derive(Clone, Copy)]
pub struct RaceView<'a> {
    pub state: &'a RaceState,
    pub record: &'a RaceRecord,
    /// Bit set over `LaneKind as u32` and [`TEST_BIT`]: what the legend has switched off.
    pub hidden: u32,
    /// What the horizontal axis covers instead of the budget, while its end is dragged.
    pub x_max: Option<f64>,
    pub s: &'static Strings,
    pub is_narrow: bool,
}

/// Colour and pattern of a lane; those of the same rule in the Curves panel.
pub const fn lane_style(kind: LaneKind) -> (Ink, Pattern) {
    match kind {
        LaneKind::Base => (Ink::Text, Pattern::Solid),
        LaneKind::NoScaling => (Ink::NoScaling, Pattern::Dots),
        LaneKind::Sqrt => (Ink::Sqrt, Pattern::Dash),
        LaneKind::Linear => (Ink::Linear, Pattern::Solid),
        LaneKind::Theory => (Ink::Theory, Pattern::DashDot),
        LaneKind::Custom => (Ink::Custom, Pattern::Fine),
    }
}

/// A place on the horizontal axis: examples, steps, or simulated seconds.
pub fn x_at(state: &RaceState, step: u64, n_examples: u64, batch: u32) -> f64 {
    match state.x_axis {
        XAxis::Examples => n_examples as f64,
        XAxis::Steps => step as f64,
        XAxis::Time => time_model(state).run_s(step, batch),
    }
}

/// The place where a lane has processed `n_examples`, between steps if need be.
pub fn x_of_examples(state: &RaceState, n_examples: f64, batch: u32) -> f64 {
    let steps = n_examples / f64::from(batch.max(1));
    match state.x_axis {
        XAxis::Examples => n_examples,
        XAxis::Steps => steps,
        XAxis::Time => steps * time_model(state).step_s(batch),
    }
}

/// From the first step (0 on a linear axis) to the end of the slowest lane's budget.
pub fn x_domain(state: &RaceState, lanes: &[Lane]) -> (f64, f64) {
    let budget = state.budget;
    let batches = || lanes.iter().map(|lane| lane.batch.max(1));
    let first = batches()
        .map(|batch| x_at(state, 1, u64::from(batch), batch))
        .fold(f64::MAX, f64::min);
    let last = batches()
        .map(|batch| x_of_examples(state, budget, batch))
        .fold(0.0, f64::max);
    if first >= last {
        return (1.0, budget.max(10.0));
    }
    (if state.is_log_x { first } else { 0.0 }, last)
}

/// The lane whose place on the axis the budget's marker shows: the one that reaches furthest.
pub fn furthest_batch(state: &RaceState, lanes: &[Lane]) -> u32 {
    let reach = |batch: u32| x_of_examples(state, state.budget, batch);
    lanes
        .iter()
        .map(|lane| lane.batch.max(1))
        .max_by(|a, b| reach(*a).total_cmp(&reach(*b)))
        .unwrap_or(1)
}

impl RaceView<'_> {
    fn is_shown(&self, kind: LaneKind) -> bool {
        self.hidden & (1 << kind as u32) == 0
    }

    /// Shown lanes with their indices.
    fn lanes(&self) -> impl Iterator<Item = (usize, Lane)> + '_ {
        let lanes = self.record.plan.lanes.iter().copied().enumerate();
        lanes.filter(|(_, lane)| self.is_shown(lane.kind))
    }

    fn name(&self, kind: LaneKind) -> &'static str {
        self.s.race.lanes[kind as usize]
    }

    fn x_axis(&self) -> Axis {
        let (min, max) = x_domain(self.state, &self.record.plan.lanes);
        let spacing = if self.state.is_log_x {
            Spacing::Log10
        } else {
            Spacing::Linear
        };
        let format = match self.state.x_axis {
            XAxis::Examples | XAxis::Steps => TickFormat::Short,
            XAxis::Time => TickFormat::Plain,
        };
        let label = self.s.race.axes[self.state.x_axis as usize];
        axis(spacing, min, self.x_max.unwrap_or(max), label, format)
    }

    fn x(&self, point: &CurvePoint, batch: u32) -> f64 {
        x_at(self.state, point.step, point.n_examples, batch)
    }

    fn series(
        &self,
        points: Vec<(f64, f64)>,
        kind: LaneKind,
        width: f64,
        end_label: bool,
    ) -> Series {
        let (ink, pattern) = lane_style(kind);
        Series {
            points,
            ink,
            pattern,
            width,
            opacity: 1.0,
            end_label: end_label.then(|| self.name(kind).to_owned()),
        }
    }

    /// Range over the seeds, where there are several.
    fn band(&self, curve: &LaneCurve, lane: Lane) -> Option<Band> {
        (self.record.plan.config.n_seeds() > 1).then(|| Band {
            points: curve
                .points
                .iter()
                .map(|p| (self.x(p, lane.batch), p.min, p.max))
                .collect(),
            ink: lane_style(lane.kind).0,
            opacity: 0.14,
        })
    }
}

/// The next of 1, 2, 3, 5, 7 × 10ᵏ at or below (or above) a positive number, so that axes change seldom.
fn round_out(value: f64, is_up: bool) -> f64 {
    const STEPS: [f64; 7] = [0.7, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0];
    let power = libm::pow(10.0, libm::floor(libm::log10(value)));
    let mantissa = value / power;
    let step = if is_up {
        STEPS
            .into_iter()
            .find(|s| *s >= mantissa - 1e-9)
            .unwrap_or(10.0)
    } else {
        STEPS
            .into_iter()
            .rev()
            .find(|s| *s <= mantissa + 1e-9)
            .unwrap_or(0.7)
    };
    step * power
}

/// A logarithmic vertical axis around positive values, or over 0.1…1 where there are none.
fn log_axis(values: impl Iterator<Item = f64>) -> Axis {
    let (low, high) = values
        .filter(|v| *v > 0.0 && v.is_finite())
        .fold((f64::MAX, 0.0), |(low, high), v| (v.min(low), v.max(high)));
    let (low, high) = if low <= high {
        (low.max(high * 1e-12), high)
    } else {
        (0.1, 1.0)
    };
    axis(
        Spacing::Log10,
        round_out(low * 0.95, false),
        round_out(high * 1.05, true),
        "",
        TickFormat::Plain,
    )
}
