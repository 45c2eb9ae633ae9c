//! State of the Curves panel.

use super::defs::{Field, Kind, ParamId, Params, Stops, Value, number, toggle};

/// Which optimiser's theory is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// SGD, with or without momentum: the noise-scale optimum is the reference.
    Sgd,
    /// Adam and its relatives: the square-root rule is the reference.
    Adam,
}

/// What the vertical axis shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YAxis {
    /// η
    Lr,
    /// η/η₀
    OverBase,
    /// η divided by the reference curve.
    OverReference,
}

/// How both axes of the main chart are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AxisSpacing {
    Log,
    Linear,
}

/// The curves that can be hidden, as bits of [`CurvesState::hidden`].
pub const CURVE_NAMES: &[&str] = &["none", "sqrt", "linear", "theory", "surge"];
/// Bit of the surge curve, which starts hidden.
pub const SURGE: u32 = 1 << 4;

/// Everything the Curves panel depends on. Ranges: see [`CurvesState::fields`].
#[derive(Clone, Debug, PartialEq)]
pub struct CurvesState {
    pub family: Family,
    /// B₀ in examples.
    pub base_batch: f64,
    /// η₀
    pub base_lr: f64,
    /// B in examples.
    pub batch: f64,
    /// B_crit in examples.
    pub critical_batch: f64,
    /// Otherwise the curve becomes a band from a quarter to four times `critical_batch`.
    pub critical_known: bool,
    pub y_axis: YAxis,
    pub spacing: AxisSpacing,
    /// Bit set over [`CURVE_NAMES`].
    pub hidden: u32,
    /// McCandlish's exponent for Adam.
    pub alpha: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub eps: f64,
    /// Parameters, mean ÷ standard deviation of one coordinate's gradient, and off-diagonal ÷ diagonal curvature
    /// of the homogeneous surge model.
    pub surge_dims: f64,
    pub surge_signal: f64,
    pub surge_correlation: f64,
}

impl Default for CurvesState {
    fn default() -> Self {
        Self {
            family: Family::Sgd,
            base_batch: 256.0,
            base_lr: 0.1,
            batch: 8192.0,
            critical_batch: 4096.0,
            critical_known: true,
            y_axis: YAxis::Lr,
            spacing: AxisSpacing::Log,
            hidden: SURGE,
            alpha: 0.5,
            beta1: 0.9,
            beta2: 0.999,
            eps: 1e-8,
            // With these the surge curve peaks near B = 4000, in the middle of the default picture.
            surge_dims: 1000.0,
            surge_signal: 0.002,
            surge_correlation: 0.1,
        }
    }
}

/// Largest batch size anywhere in Curves.
pub const MAX_BATCH: f64 = 1_048_576.0;

impl Params for CurvesState {
    fn fields() -> &'static [Field<Self>] {
        const FIELDS: &[Field<CurvesState>] = &[
            Field {
                id: ParamId::Family,
                key: "opt",
                kind: Kind::Choice(&["sgd", "adam"]),
                get: |s| Value::Choice(s.family as usize),
                set: |s, v| {
                    // A base rate that the reader never touched follows the optimiser's usual one.
                    let is_untouched = s.base_lr.to_bits() == s.defaults().base_lr.to_bits();
                    s.family = if v == Value::Choice(1) {
                        Family::Adam
                    } else {
                        Family::Sgd
                    };
                    if is_untouched {
                        s.base_lr = s.defaults().base_lr;
                    }
                },
            },
            number!(BaseBatch, "b0", Kind::batch(65_536.0), base_batch),
            number!(BaseLr, "lr0", Kind::decades(1e-6, 10.0), base_lr),
            number!(Batch, "b", Kind::batch(MAX_BATCH), batch),
            number!(CriticalBatch, "bc", Kind::batch(MAX_BATCH), critical_batch),
            toggle!(CriticalKnown, "bck", &["unknown", "known"], critical_known),
            Field {
                id: ParamId::YAxis,
                key: "y",
                kind: Kind::Choice(&["lr", "base", "theory"]),
                get: |s| Value::Choice(s.y_axis as usize),
                set: |s, v| {
                    s.y_axis = match v {
                        Value::Choice(1) => YAxis::OverBase,
                        Value::Choice(2) => YAxis::OverReference,
                        _ => YAxis::Lr,
                    }
                },
            },
            Field {
                id: ParamId::Spacing,
                key: "axes",
                kind: Kind::Choice(&["log", "linear"]),
                get: |s| Value::Choice(s.spacing as usize),
                set: |s, v| {
                    s.spacing = if v == Value::Choice(1) {
                        AxisSpacing::Linear
                    } else {
                        AxisSpacing::Log
                    };
                },
            },
            Field {
                id: ParamId::HiddenCurves,
                key: "off",
                kind: Kind::Flags(CURVE_NAMES),
                get: |s| Value::Flags(s.hidden),
                set: |s, v| {
                    if let Value::Flags(bits) = v {
                        s.hidden = bits;
                    }
                },
            },
            number!(
                Alpha,
                "alpha",
                Kind::Number {
                    min: 0.5,
                    max: 1.0,
                    integer: false,
                    stops: Stops::Hundredths
                },
                alpha
            ),
            number!(
                Beta1,
                "beta1",
                Kind::Number {
                    min: 0.0,
                    max: 0.9999,
                    integer: false,
                    stops: Stops::Hundredths
                },
                beta1
            ),
            number!(
                Beta2,
                "beta2",
                Kind::Number {
                    min: 0.0,
                    max: 0.999_999,
                    integer: false,
                    stops: Stops::Hundredths
                },
                beta2
            ),
            number!(Eps, "eps", Kind::decades(1e-12, 1.0), eps),
            number!(
                SurgeDims,
                "sd",
                Kind::Number {
                    min: 1.0,
                    max: 1e9,
                    integer: true,
                    stops: Stops::SixPerDecade
                },
                surge_dims
            ),
            number!(SurgeSignal, "ss", Kind::decades(1e-5, 1.0), surge_signal),
            number!(
                SurgeCorrelation,
                "sr",
                Kind::Number {
                    min: 0.0,
                    max: 1.0,
                    integer: false,
                    stops: Stops::Hundredths
                },
                surge_correlation
            ),
        ];
        FIELDS
    }

    fn defaults(&self) -> Self {
        let mut defaults = Self {
            family: self.family,
            ..Self::default()
        };
        if self.family == Family::Adam {
            defaults.base_lr = 1e-3;
        }
        defaults
    }
}
