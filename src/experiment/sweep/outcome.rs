//! What one run of a sweep came to, in one number where there is one.

use super::config::Metric;
use crate::train::spec::StopReason;
use crate::worker::measure::smoothed;
use crate::worker::protocol::MeasuredRun;

/// What a run tells about its cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// The metric's value, lower is better: steps to the target, or the final loss.
    Scored(f64),
    /// The budget was spent above the target.
    Missed,
    /// The loss was down to the target before the first step: no steps to count.
    StartedBelow,
    /// Stopped: it had taken more than [`super::column::HOPELESS`] times the steps of a better learning rate.
    Abandoned,
    /// The loss left the finite numbers or stayed far above its start.
    Diverged { step: u64 },
}

impl Outcome {
    /// Reads a run under a metric.
    pub fn of(run: &MeasuredRun, metric: Metric) -> Self {
        match (run.stop, metric) {
            (Some(StopReason::Diverged { step }), _) => Outcome::Diverged { step },
            (Some(StopReason::TargetReached), Metric::StepsToTarget { target }) => {
                steps_to(&run.curve, target).map_or(Outcome::StartedBelow, Outcome::Scored)
            }
            (None, _) => Outcome::Abandoned,
            (Some(_), Metric::StepsToTarget { .. }) => Outcome::Missed,
            (Some(_), Metric::LossAtExamples | Metric::LossAtSteps) => run
                .curve
                .last()
                // Scores have logarithms.
                .map_or(Outcome::Missed, |&(_, loss)| {
                    Outcome::Scored(loss.max(f64::MIN_POSITIVE))
                }),
        }
    }

    /// The metric's value, if the run has one.
    pub fn score(self) -> Option<f64> {
        match self {
            Outcome::Scored(score) => Some(score),
            Outcome::Missed
            | Outcome::StartedBelow
            | Outcome::Abandoned
            | Outcome::Diverged { .. } => None,
        }
    }
}

/// The step at which a recorded loss, smoothed, comes down to `target`: between the last recording that is still above
/// it and the first one that is not, on a straight line in ln(loss). `None` if it starts there or never comes.
///
/// Recordings lie some 6 % apart; without this the steps of similar learning rates would often tie.
pub fn steps_to(curve: &[(u64, f64)], target: f64) -> Option<f64> {
    let loss_at = |i: usize| smoothed(curve[..=i].iter().copied());
    let hit = (0..curve.len()).find(|&i| loss_at(i) <= target)?;
    let last_above = hit.checked_sub(1)?;
    let (before, loss) = (loss_at(last_above), loss_at(hit));
    // A loss of 0 has no logarithm; it is met at its own step.
    let share = if loss > 0.0 {
        libm::log(before / target) / libm::log(before / loss)
    } else {
        1.0
    };
    let (from, to) = (curve[last_above].0 as f64, curve[hit].0 as f64);
    Some(from + share * (to - from))
}

#[cfg(test)]
#[allow(clippy::float_cmp, clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_target_is_met_between_two_recordings() {
        // So far apart that no mean spans two recordings.
        let curve = [(0, 8.0), (10, 4.0), (20, 1.0), (30, 2.0)];
        assert_eq!(steps_to(&curve, 4.0), Some(10.0));
        assert!((steps_to(&curve, 2.0).unwrap() - 15.0).abs() < 1e-12);
        assert_eq!(steps_to(&curve, 1.0), Some(20.0));
        assert_eq!(steps_to(&curve, 0.5), None);
        assert_eq!(steps_to(&curve, 9.0), None, "nothing to measure");
        assert_eq!(steps_to(&[(0, 1.0), (4, 0.0)], 0.5), Some(4.0));
    }

    #[test]
    fn one_dip_below_the_target_is_no_arrival() {
        // Of the last quarter, 75 to 100, the mean counts: (1 + 5)/2 at step 100, (1 + 1)/2 at 104.
        let curve = [(0, 9.0), (76, 5.0), (100, 1.0), (104, 1.0)];
        let means = [9.0, 5.0, 3.0, 1.0];
        for (n, mean) in means.into_iter().enumerate() {
            assert_eq!(smoothed(curve[..=n].iter().copied()), mean);
        }
        assert_eq!(steps_to(&curve, 1.0), Some(104.0));
        assert!(steps_to(&curve, 3.0).unwrap() <= 100.0);
    }

    #[test]
    fn outcomes_follow_the_reason_of_the_end() {
        let run = |stop| MeasuredRun {
            n_steps: 8,
            stop,
            curve: alloc::vec![(0, 2.0), (8, 0.5)],
        };
        let to_target = Metric::StepsToTarget { target: 0.5 };
        let of = |stop, metric| Outcome::of(&run(stop), metric);
        assert_eq!(
            of(Some(StopReason::TargetReached), to_target),
            Outcome::Scored(8.0)
        );
        assert_eq!(
            of(Some(StopReason::BudgetSpent), to_target),
            Outcome::Missed
        );
        assert_eq!(of(None, to_target), Outcome::Abandoned);
        let easy = Metric::StepsToTarget { target: 2.5 };
        assert_eq!(
            of(Some(StopReason::TargetReached), easy),
            Outcome::StartedBelow
        );
        let diverged = Some(StopReason::Diverged { step: 3 });
        assert_eq!(of(diverged, to_target), Outcome::Diverged { step: 3 });
        let at_end = of(Some(StopReason::BudgetSpent), Metric::LossAtSteps);
        assert_eq!(at_end, Outcome::Scored(0.5));
    }
}
