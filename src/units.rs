//! Quantities with a range, and how numbers are read from and written for people.
//!
//! A value of one of these types is finite and inside its range, so formulas that take them need no checks
//! and return finite numbers. Sources of the ranges: the widest values that published recipes use, with
//! several decades to spare; see each type.

use core::fmt;

/// Which quantity a value was meant to be; names the culprit in [`OutOfRange`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// Examples per optimiser step, B.
    BatchSize,
    /// Learning rate, η.
    LearningRate,
    /// Gradient noise scale or critical batch size, in examples.
    NoiseScale,
    /// McCandlish's exponent α.
    Exponent,
    /// A decay coefficient such as β₁, β₂ or momentum.
    Decay,
    /// A ratio, probability or fraction.
    Fraction,
    /// A strictly positive number without a narrower meaning.
    Positive,
}

/// A value outside the range of the quantity it was meant for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutOfRange {
    /// What the value was meant to be.
    pub quantity: Quantity,
    /// The offending value; may be NaN or infinite.
    pub value: f64,
    /// Smallest allowed value.
    pub min: f64,
    /// Largest allowed value.
    pub max: f64,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} {} is outside {}..={}",
            self.quantity, self.value, self.min, self.max
        )
    }
}

impl core::error::Error for OutOfRange {}

/// Declares a newtype over f64 with an inclusive range.
macro_rules! bounded {
    ($(#[$doc:meta])* $name:ident, $quantity:ident, $min:expr, $max:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
        pub struct $name(f64);

        impl $name {
            /// Smallest allowed value.
            pub const MIN: f64 = $min;
            /// Largest allowed value.
            pub const MAX: f64 = $max;

            /// Checks the range.
            ///
            /// # Errors
            /// [`OutOfRange`] when `value` is not finite or outside `MIN..=MAX`.
            // `RangeInclusive::contains` is not const.
            #[allow(clippy::manual_range_contains)]
            pub const fn new(value: f64) -> Result<Self, OutOfRange> {
                if value >= $min && value <= $max {
                    Ok(Self(value))
                } else {
                    Err(OutOfRange { quantity: Quantity::$quantity, value, min: $min, max: $max })
                }
            }

            /// The nearest allowed value; NaN becomes the smallest.
            pub fn clamped(value: f64) -> Self {
                if value >= $min { Self(value.min($max)) } else { Self($min) }
            }

            /// The plain number.
            pub const fn get(self) -> f64 {
                self.0
            }
        }
    };
}

bounded! {
    /// Batch size B in examples, 1 to 2⁴⁰. Real-valued, because curves are drawn between the integers.
    BatchSize, BatchSize, 1.0, 1_099_511_627_776.0
}
bounded! {
    /// Learning rate η, 1e-12 to 1e6, in the unit of the optimiser it belongs to.
    LearningRate, LearningRate, 1e-12, 1e6
}
bounded! {
    /// Gradient noise scale or critical batch size in examples (or tokens), 1e-6 to 2⁴⁰.
    /// Below one example is possible: with d parameters and little noise tr(Σ)/|G|² may be smaller than 1.
    NoiseScale, NoiseScale, 1e-6, 1_099_511_627_776.0
}

bounded! {
    /// McCandlish's exponent α in ε(B) = ε_max/(1 + B_noise/B)^α, 0.5 to 1: one for SGD, between ½ and 1 for Adam
    /// (arXiv:1812.06162, appendix A.2).
    Alpha, Exponent, 0.5, 1.0
}
bounded! {
    /// Decay coefficient of a running average (momentum, β₁, β₂), 0 to 1 − 1e-9. One itself would never forget.
    Beta, Decay, 0.0, 0.999_999_999
}
bounded! {
    /// A share of something, 0 to 1.
    Fraction, Fraction, 0.0, 1.0
}
bounded! {
    /// Batch ratio κ = B/B₀, 2⁻⁴⁰ to 2⁴⁰: everything two batch sizes can make.
    BatchRatio, Fraction, 1.0 / 1_099_511_627_776.0, 1_099_511_627_776.0
}
bounded! {
    /// Learning rate over the best one, r = η/η_opt, 0 to 1e60; wide enough for any two anchored rules.
    LrRatio, Fraction, 0.0, 1e60
}
bounded! {
    /// A strictly positive quantity without a narrower meaning, 1e-30 to 1e30, so that products of a few stay finite.
    Positive, Positive, 1e-30, 1e30
}

impl BatchRatio {
    /// κ = B/B₀; always in range.
    pub fn between(base: BatchSize, batch: BatchSize) -> Self {
        Self(batch.get() / base.get())
    }
}

/// Reads a plain decimal such as `8192`, `-0.5`, `.5` or `3e-4`, rounded correctly.
///
/// `None` for anything else, words such as "inf" and "nan" among it, and for values that are not finite.
pub fn parse_decimal(text: &str) -> Option<f64> {
    let (is_negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    // The reader wants neither zeros in front nor behind.
    let (whole, fraction) = (
        whole.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    let value: f64 = minimal_lexical::parse_float(
        whole.as_bytes().iter(),
        fraction.as_bytes().iter(),
        exponent,
    );
    value
        .is_finite()
        .then_some(if is_negative { -value } else { value })
}

/// A decimal exponent, held inside ±100,000: beyond, every number is 0 or infinite anyway.
fn parse_exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let size = digits
        .bytes()
        .fold(0, |n: i32, b| (n * 10 + i32::from(b - b'0')).min(100_000));
    Some(if text.starts_with('-') { -size } else { size })
}

/// `value` rounded to so many significant digits; drops the last bits that a product of decimals carries.
pub fn round_sig(value: f64, digits: usize) -> f64 {
    parse_decimal(&format!("{value:.*e}", digits.max(1) - 1)).unwrap_or(value)
}

/// Reads a number the way people type one: `8192`, `8 192`, `8k`, `1.5M`, `2^13`, `3e-4`, `1e-3`, `½` is not read.
///
/// Accepted suffixes: k, M, G (×10³, ×10⁶, ×10⁹), upper or lower case except m, which would be ambiguous.
/// Ordinary, thin and narrow spaces and underscores between digits are ignored.
/// Returns `None` for anything else, and for values that are not finite.
pub fn parse_number(text: &str) -> Option<f64> {
    let compact: String = text
        .trim()
        .chars()
        .filter(|c| !matches!(c, ' ' | '\u{2009}' | '\u{202f}' | '\u{a0}' | '_'))
        .collect();
    if let Some((base, exponent)) = compact.split_once('^') {
        let value = libm::pow(parse_decimal(base)?, parse_decimal(exponent)?);
        return value.is_finite().then_some(value);
    }
    let factor = match compact.chars().last()? {
        'k' | 'K' => 1e3,
        'M' => 1e6,
        'g' | 'G' => 1e9,
        _ => return parse_decimal(&compact),
    };
    let value = parse_decimal(&compact[..compact.len() - 1])? * factor;
    value.is_finite().then_some(value)
}

/// Reads a batch size: as [`parse_number`], but k, M and G after a power of two count in 1024s, the way batch sizes
/// are spoken of and the axes name them: `8k` is 8192, `10k` is 10 000.
pub fn parse_batch(text: &str) -> Option<f64> {
    let value = parse_number(text)?;
    let suffix = text.trim().chars().last()?;
    let (decimal, binary) = match suffix {
        'k' | 'K' => (1e3, 1024.0),
        'M' => (1e6, 1_048_576.0),
        'g' | 'G' => (1e9, 1_073_741_824.0),
        _ => return Some(value),
    };
    let factor = libm::round(value / decimal);
    let is_whole = (factor * decimal).to_bits() == value.to_bits();
    Some(
        if is_whole && factor > 0.0 && (factor as u64).is_power_of_two() {
            factor * binary
        } else {
            value
        },
    )
}

/// How digits are grouped in long whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Grouping {
    /// Thin spaces between groups of three, from five digits on: 65 536 but 8192.
    #[default]
    Thin,
    /// No grouping: 65536.
    None,
}

/// Writes `value` with at most `digits` significant digits and no trailing zeros.
///
/// Between 1e-4 and 1e9 as a plain decimal (whole digits are never dropped: 65536, not 65500), else as `1.5e-7`.
/// A value that is not finite becomes an en dash, so that no screen ever shows one.
pub fn format_sig(value: f64, digits: usize, grouping: Grouping) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{:.*e}", digits.max(1) - 1, value);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..9).contains(&exponent) {
        return format!("{}e{exponent}", trim_zeros(mantissa));
    }
    let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
    let plain = trim_zeros(&format!("{value:.decimals$}")).to_owned();
    match grouping {
        Grouping::None => plain,
        Grouping::Thin => group_thin(&plain),
    }
}

/// Writes a whole number, grouped.
pub fn format_count(value: u64, grouping: Grouping) -> String {
    match grouping {
        Grouping::None => value.to_string(),
        Grouping::Thin => group_thin(&value.to_string()),
    }
}

/// Short form for axis ticks and chips: 64, 1k, 16k, 1M. Powers of two count in 1024s, as batch sizes do.
pub fn format_short(value: f64) -> String {
    let powers: [(f64, f64, &str); 3] = [
        (1_073_741_824.0, 1e9, "G"),
        (1_048_576.0, 1e6, "M"),
        (1024.0, 1e3, "k"),
    ];
    for (binary, decimal, suffix) in powers {
        if value >= decimal {
            let by_two = value / binary;
            let unit = if by_two >= 1.0 && (by_two - by_two.round()).abs() < 1e-9 {
                binary
            } else {
                decimal
            };
            return format!("{}{suffix}", format_sig(value / unit, 3, Grouping::None));
        }
    }
    format_sig(value, 3, Grouping::None)
}

fn trim_zeros(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

fn group_thin(plain: &str) -> String {
    let (sign, rest) = plain
        .strip_prefix('-')
        .map_or(("", plain), |rest| ("-", rest));
    let (whole, fraction) = rest
        .split_once('.')
        .map_or((rest, None), |(w, f)| (w, Some(f)));
    if whole.len() < 5 {
        return plain.to_owned();
    }
    let mut out = String::from(sign);
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push('\u{2009}');
        }
        out.push(c);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (text, expected) in [
            ("8k", 8000.0),
            ("2^13", 8192.0),
            ("8192", 8192.0),
            ("8.192e3", 8192.0),
            ("3e-4", 3e-4),
            (" 1 000 000 ", 1e6),
            ("65\u{2009}536", 65536.0),
            ("1.5M", 1.5e6),
            ("-2", -2.0),
        ] {
            assert_eq!(parse_number(text), Some(expected), "{text:?}");
        }
        for text in [
            "", "abc", "NaN", "inf", "1e999", "2^99999", "k", "^", "1,5", "--1", "8kk", "8m",
        ] {
            assert_eq!(parse_number(text), None, "{text:?}");
        }
    }

    #[test]
    fn batch_sizes_are_read_as_the_axes_name_them() {
        for (text, expected) in [
            ("8k", 8192.0),
            ("1K", 1024.0),
            (" 64 k", 65_536.0),
            ("1M", 1_048_576.0),
            ("10k", 10_000.0),
            ("1.5k", 1500.0),
            ("0k", 0.0),
            ("-8k", -8000.0),
            ("8192", 8192.0),
            ("2^13", 8192.0),
            ("8.192e3", 8192.0),
        ] {
            assert_eq!(parse_batch(text), Some(expected), "{text:?}");
        }
        for text in ["", "k", "8kk", "abc", "8m"] {
            assert_eq!(parse_batch(text), None, "{text:?}");
        }
        for batch in [1024.0, 8192.0, 10_000.0, 65_536.0, 1_048_576.0] {
            assert_eq!(parse_batch(&format_short(batch)), Some(batch));
        }
    }

    #[test]
    fn numbers_are_written_short_and_exact() {
        for (value, digits, expected) in [
            (0.1, 4, "0.1"),
            (0.565_685_424_9, 4, "0.5657"),
            (3.2, 4, "3.2"),
            (8192.0, 4, "8192"),
            (65536.0, 4, "65\u{2009}536"),
            (1e6, 4, "1\u{2009}000\u{2009}000"),
            (1e-6, 3, "1e-6"),
            (0.00012, 3, "0.00012"),
            (f64::NAN, 3, "–"),
            (f64::INFINITY, 3, "–"),
            (-12345.5, 6, "-12\u{2009}345.5"),
            (9.9996, 4, "10"),
        ] {
            assert_eq!(
                format_sig(value, digits, Grouping::Thin),
                expected,
                "{value}"
            );
        }
        for (value, expected) in [
            (64.0, "64"),
            (1024.0, "1k"),
            (16384.0, "16k"),
            (1_048_576.0, "1M"),
            (1000.0, "1k"),
            (1500.0, "1.5k"),
        ] {
            assert_eq!(format_short(value), expected);
        }
    }

    #[test]
    fn ranges_hold_for_any_number() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0] {
            assert!(BatchSize::new(value).is_err());
            assert!(BatchSize::clamped(value).get() >= BatchSize::MIN);
            assert!(BatchSize::clamped(value).get() <= BatchSize::MAX);
        }
    }
}
