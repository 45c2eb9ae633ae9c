//! Positions of the log sliders: a slider moves over whole indices, and each index is a round value.

use super::defs::{Kind, ParamId, Params, Stops};
use crate::units::round_sig;

/// The round values of one decade of learning rates.
const DECADE: [f64; 6] = [1.0, 1.5, 2.0, 3.0, 5.0, 7.0];

/// The stops of a slider over `min..=max`, ascending, without repeats, with both ends included.
pub fn stops(kind: Stops, min: f64, max: f64) -> Vec<f64> {
    let mut values: Vec<f64> = match kind {
        Stops::HalfOctaves => (-40..=80)
            .map(|i| round_batch(libm::exp2(f64::from(i) / 2.0)))
            .collect(),
        Stops::SixPerDecade => (-13..=13)
            .flat_map(|e| DECADE.map(|m| round_sig(m * libm::pow(10.0, f64::from(e)), 10)))
            .collect(),
        Stops::Whole => (0..=((max - min).min(1e4)) as u32)
            .map(|i| min + f64::from(i))
            .collect(),
        Stops::Hundredths => (0..=100)
            .map(|i| round_sig(min + (max - min) * f64::from(i) / 100.0, 10))
            .collect(),
    };
    values.retain(|v| *v > min && *v < max);
    values.insert(0, min);
    values.push(max);
    values.dedup();
    values
}

/// The stops of one control's slider; none unless it holds a number.
pub fn stops_of<S: Params>(id: ParamId) -> Vec<f64> {
    match S::field(id).kind {
        Kind::Number {
            min,
            max,
            stops: spacing,
            ..
        } => stops(spacing, min, max),
        Kind::Choice(_) | Kind::Flags(_) => Vec::new(),
    }
}

/// Index of the stop nearest to `value`, by ratio where stops are spaced by ratio.
pub fn nearest(stops: &[f64], value: f64) -> usize {
    let distance = |stop: f64| {
        if stop > 0.0 && value > 0.0 {
            (libm::log(stop) - libm::log(value)).abs()
        } else {
            (stop - value).abs()
        }
    };
    (0..stops.len())
        .min_by(|a, b| distance(stops[*a]).total_cmp(&distance(stops[*b])))
        .unwrap_or(0)
}

/// `value` moved by so many stops up or down, from wherever it lies; at the ends it stays there.
/// Fine moves are one for whole numbers and a hundredth for others, and may leave the range.
pub fn nudged(kind: Kind, value: f64, by: i32, is_fine: bool) -> f64 {
    let Kind::Number {
        min,
        max,
        integer,
        stops: spacing,
    } = kind
    else {
        return value;
    };
    if is_fine {
        let step = if integer { 1.0 } else { value.abs() * 0.01 };
        return value + f64::from(by) * step;
    }
    let stops = stops(spacing, min, max);
    let n = (by.unsigned_abs() as usize).saturating_sub(1);
    match by {
        0 => value,
        1.. => stops
            .iter()
            .copied()
            .filter(|s| *s > value)
            .nth(n)
            .unwrap_or(max),
        _ => stops
            .iter()
            .rev()
            .copied()
            .filter(|s| *s < value)
            .nth(n)
            .unwrap_or(min),
    }
}

/// Whole numbers from 1 on, powers of two below.
fn round_batch(v: f64) -> f64 {
    if v >= 1.0 { v.round() } else { v }
}

#[cfg(test)]
#[allow(clippy::float_cmp)]
mod tests {
    use super::*;

    #[test]
    fn batch_stops_are_half_octaves() {
        let s = stops(Stops::HalfOctaves, 1.0, 1_048_576.0);
        assert_eq!(
            &s[..10],
            &[1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 11.0, 16.0, 23.0, 32.0]
        );
        assert_eq!(s.last(), Some(&1_048_576.0));
        assert!(s.contains(&8192.0) && s.contains(&4096.0) && s.contains(&256.0));
        assert_eq!(s[nearest(&s, 1_000_000.0)], 1_048_576.0);
    }

    #[test]
    fn learning_rate_stops_are_round() {
        let s = stops(Stops::SixPerDecade, 1e-6, 10.0);
        for v in [1e-6, 3e-4, 0.1, 0.15, 0.2, 0.7, 1.0, 7.0, 10.0] {
            assert!(s.contains(&v), "{v}");
        }
    }

    #[test]
    fn stops_ascend_within_the_range() {
        for (kind, min, max) in [
            (Stops::HalfOctaves, 1.0, 65536.0),
            (Stops::SixPerDecade, 1e-9, 1e4),
            (Stops::Whole, 1.0, 512.0),
            (Stops::Hundredths, 0.5, 1.0),
        ] {
            let s = stops(kind, min, max);
            assert!(s.windows(2).all(|w| w[0] < w[1]), "{kind:?}");
            assert!(s[0] == min && s[s.len() - 1] == max);
        }
    }

    #[test]
    fn moves_go_from_stop_to_stop_and_end_at_the_ends() {
        let batch = Kind::batch(1024.0);
        assert_eq!(nudged(batch, 256.0, 2, false), 512.0);
        assert_eq!(nudged(batch, 300.0, 1, false), 362.0);
        assert_eq!(nudged(batch, 300.0, -1, false), 256.0);
        assert_eq!(nudged(batch, 1000.0, 5, false), 1024.0);
        assert_eq!(nudged(batch, 1.0, -1, false), 1.0);
        assert_eq!(nudged(batch, 256.0, 1, true), 257.0);
        assert_eq!(nudged(Kind::decades(1e-6, 10.0), 0.1, -1, true), 0.099);
    }
}
