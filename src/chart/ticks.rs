//! Which values of an axis carry a label: powers of two thinned to ×4, ×16 …; decades with 1-3 or 1-2-5 between them
//! where few fit; multiples of 1, 2 or 5 times a power of ten on linear axes and on narrow stretches of log axes.

use super::scale::{Axis, Spacing, Tick, TickFormat};
use crate::units::{Grouping, format_short, format_sig, parse_decimal};

/// More labels than this are never useful; also bounds the work for absurd arguments.
const MOST: usize = 200;
/// Slack, in steps, for ticks that coincide with a bound up to rounding.
const SLACK: f64 = 1e-9;

/// Ticks before they are written: the values and how many significant digits tell them apart.
struct Values {
    values: Vec<f64>,
    digits: usize,
}

pub(super) fn choose(axis: &Axis, max_n: usize) -> Vec<Tick> {
    let max_n = max_n.min(MOST);
    if max_n == 0 {
        return Vec::new();
    }
    let (min, max) = (axis.min(), axis.max());
    let (found, is_binary) = match axis.spacing() {
        Spacing::Linear => (linear(min, max, max_n), false),
        Spacing::Log2 => match powers_of_two(min, max, max_n) {
            Some(values) => (Values { values, digits: 3 }, true),
            None => (linear(min, max, max_n), false),
        },
        Spacing::Log10 => match powers_of_ten(min, max, max_n) {
            Some(values) => (Values { values, digits: 3 }, false),
            None => (linear(min, max, max_n), false),
        },
    };
    let write = |value: f64| match axis.format {
        TickFormat::Plain => format_sig(value, found.digits, Grouping::Thin),
        TickFormat::Percent => format!(
            "{}\u{a0}%",
            format_sig(100.0 * value, found.digits, Grouping::Thin)
        ),
        // Suffixes end at G; beyond 2⁴⁰ the power of ten is easier to read than thousands of G.
        TickFormat::Short if is_binary && value <= 1_099_511_627_776.0 => format_short(value),
        TickFormat::Short => short_decimal(value, found.digits),
    };
    found
        .values
        .iter()
        .map(|&value| Tick {
            value: value.clamp(min, max),
            label: write(value),
        })
        .collect()
}

/// 1.5k, 2M. Unlike `format_short` always in thousands: 128 000 examples are 128k, not 125 × 1024.
fn short_decimal(value: f64, digits: usize) -> String {
    let (divisor, suffix) = match value.abs() {
        v if v >= 1e12 => (1.0, ""),
        v if v >= 1e9 => (1e9, "G"),
        v if v >= 1e6 => (1e6, "M"),
        v if v >= 1e3 => (1e3, "k"),
        _ => (1.0, ""),
    };
    format!(
        "{}{suffix}",
        format_sig(value / divisor, digits, Grouping::None)
    )
}

/// Multiples of 1, 2 or 5 × 10ᵏ. Where the coarser step leaves fewer than two, the outermost of the finer step.
fn linear(min: f64, max: f64, max_n: usize) -> Values {
    let span = max - min;
    let first = libm::floor(libm::log10(span / max_n as f64)) as i32 - 1;
    let mut finer: Option<Values> = None;
    for exponent in first..first + 5 {
        for mantissa in [1.0, 2.0, 5.0] {
            let unit = pow10(exponent.abs());
            let scaled = |i: f64| {
                if exponent < 0 {
                    i * mantissa / unit
                } else {
                    i * mantissa * unit
                }
            };
            let step = scaled(1.0);
            let (from, to) = (
                libm::ceil(min / step - SLACK),
                libm::floor(max / step + SLACK),
            );
            let values: Vec<f64> = (0..=(to - from).max(-1.0) as i64)
                .map(|i| scaled(from + i as f64) + 0.0) // + 0.0 turns −0 into 0
                .filter(|&v| v >= min - SLACK * span && v <= max + SLACK * span)
                .collect();
            let digits = libm::ceil(libm::log10(min.abs().max(max.abs()) / step)) + 1.0;
            let found = Values {
                values,
                digits: digits.clamp(3.0, 15.0) as usize,
            };
            if found.values.len() <= max_n {
                let mut finer = finer.unwrap_or(Values {
                    values: Vec::new(),
                    digits: 3,
                });
                if found.values.len() >= 2.min(max_n) || finer.values.is_empty() {
                    return found;
                }
                let last = finer.values.len() - 1;
                finer.values = if max_n > 1 {
                    vec![finer.values[0], finer.values[last]]
                } else {
                    vec![finer.values[last / 2]]
                };
                return finer;
            }
            finer = Some(found);
        }
    }
    Values {
        values: Vec::new(),
        digits: 3,
    }
}

/// Every s-th power of two with the smallest s = 1, 2, 4 … that fits; `None` when fewer than two lie in the range.
fn powers_of_two(min: f64, max: f64, max_n: usize) -> Option<Vec<f64>> {
    let (low, high) = (
        libm::ceil(libm::log2(min) - SLACK) as i32,
        libm::floor(libm::log2(max) + SLACK) as i32,
    );
    if high <= low {
        return None;
    }
    let stride = (0..12)
        .map(|k| 1 << k)
        .find(|&stride| (high - low) / stride < max_n as i32)?;
    Some(
        every(low, high, stride)
            .map(|k| libm::scalbn(1.0, k))
            .collect(),
    )
}

/// Decades, with 1-3 or 1-2-5 between them on short ranges; `None` when a linear choice is better.
fn powers_of_ten(min: f64, max: f64, max_n: usize) -> Option<Vec<f64>> {
    let decades = libm::log10(max / min);
    // Over less than a factor of four, 1-2-5 leaves one or two ticks.
    if decades < 0.6 {
        return None;
    }
    let (low, high) = (
        libm::ceil(libm::log10(min) - SLACK) as i32,
        libm::floor(libm::log10(max) + SLACK) as i32,
    );
    let fits = |mantissas: &[f64]| -> Option<Vec<f64>> {
        let values: Vec<f64> = (low - 1..=high)
            .flat_map(|k| {
                mantissas
                    .iter()
                    .map(move |m| if k < 0 { m / pow10(-k) } else { m * pow10(k) })
            })
            .filter(|&v| v >= min * (1.0 - SLACK) && v <= max * (1.0 + SLACK))
            .collect();
        (values.len() >= 2 && values.len() <= max_n).then_some(values)
    };
    if decades < 3.0 {
        let dense = if decades < 1.3 {
            fits(&[1.0, 2.0, 5.0])
        } else {
            None
        };
        if let Some(values) = dense.or_else(|| fits(&[1.0, 3.0])) {
            return Some(values);
        }
    }
    if high <= low {
        return None;
    }
    let stride = (1..=400).find(|&stride| (high - low) / stride < max_n as i32)?;
    Some(
        every(low, high, stride)
            .map(|k| if k < 0 { 1.0 / pow10(-k) } else { pow10(k) })
            .collect(),
    )
}

/// The exponents low..=high with the given stride that share the residue which keeps most of them; on a tie,
/// multiples of the stride, so that ticks stay where they are while a range grows.
fn every(low: i32, high: i32, stride: i32) -> impl Iterator<Item = i32> {
    let aligned = low + (-low).rem_euclid(stride);
    let most = (high - low) / stride;
    let start = if aligned <= high && (high - aligned) / stride == most {
        aligned
    } else {
        low
    };
    (start..=high).step_by(stride.unsigned_abs() as usize)
}

/// Exactly 10ᵏ rounded once, unlike `pow`.
fn pow10(exponent: i32) -> f64 {
    parse_decimal(&format!("1e{exponent}")).unwrap_or(1.0)
}
