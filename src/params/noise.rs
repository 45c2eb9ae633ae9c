//! State of the Noise panel: the plane, its estimator, and the measurement on the digits.

use super::defs::{Field, Kind, ParamId, Params, Stops, Value, number};

/// Everything the Noise panel depends on. Ranges: see [`NoiseState::fields`].
#[derive(Clone, Debug, PartialEq)]
pub struct NoiseState {
    /// B in examples.
    pub batch: f64,
    /// σ, the noise of one example's gradient.
    pub noise: f64,
    /// κ, ratio of the two curvatures.
    pub ratio: f64,
    /// w where following begins, and where it is while nothing is followed.
    pub x: f64,
    pub y: f64,
    /// How far along the descent, in percent.
    pub follow: f64,
    /// The reader's own learning rate.
    pub lr: f64,
    /// K, batch gradients in the picture.
    pub n_samples: f64,
    /// The two batch sizes of the estimator.
    pub small: f64,
    pub big: f64,
    /// Times that gradients were drawn.
    pub rounds: f64,
    pub seed: f64,
    /// Whether the digits are trained with Adam instead of SGD.
    pub is_adam: bool,
    pub digits_lr: f64,
    /// Examples per part of a batch, and parts per batch.
    pub part_size: f64,
    pub n_parts: f64,
    pub n_steps: f64,
}

impl Default for NoiseState {
    fn default() -> Self {
        Self {
            batch: 16.0,
            noise: 2.0,
            ratio: 10.0,
            x: 2.0,
            y: 1.0,
            follow: 0.0,
            lr: 1.2,
            n_samples: 64.0,
            small: 4.0,
            big: 64.0,
            rounds: 1.0,
            seed: 1.0,
            is_adam: false,
            // Near the best at B = 64, as `RaceState::for_task` says of B = 4.
            digits_lr: 0.5,
            part_size: 8.0,
            n_parts: 8.0,
            n_steps: 1500.0,
        }
    }
}

/// The plane is shown from minus to plus these.
pub const MAX_X: f64 = 3.0;
pub const MAX_Y: f64 = 2.0;
/// Most rounds; the estimate has then seen 16,384 pairs.
pub const MAX_ROUNDS: f64 = 256.0;

const fn whole(min: f64, max: f64, stops: Stops) -> Kind {
    Kind::Number {
        min,
        max,
        integer: true,
        stops,
    }
}

const fn hundredths(min: f64, max: f64) -> Kind {
    Kind::Number {
        min,
        max,
        integer: false,
        stops: Stops::Hundredths,
    }
}

impl Params for NoiseState {
    fn fields() -> &'static [Field<Self>] {
        const FIELDS: &[Field<NoiseState>] = &[
            Field {
                id: ParamId::DigitsOptimizer,
                key: "dopt",
                kind: Kind::Choice(&["sgd", "adam"]),
                get: |s| Value::Choice(usize::from(s.is_adam)),
                set: |s, v| {
                    // A rate that the reader never touched follows the optimiser's usual one.
                    let is_untouched = s.digits_lr.to_bits() == s.defaults().digits_lr.to_bits();
                    s.is_adam = v == Value::Choice(1);
                    if is_untouched {
                        s.digits_lr = s.defaults().digits_lr;
                    }
                },
            },
            number!(LabBatch, "b", Kind::batch(65_536.0), batch),
            number!(LabNoise, "s", hundredths(0.0, 10.0), noise),
            number!(LabRatio, "k", Kind::decades(1.0, 100.0), ratio),
            number!(LabX, "x", hundredths(-MAX_X, MAX_X), x),
            number!(LabY, "y", hundredths(-MAX_Y, MAX_Y), y),
            number!(LabFollow, "t", whole(0.0, 100.0, Stops::Whole), follow),
            number!(LabLr, "lr", Kind::decades(1e-3, 100.0), lr),
            number!(
                LabSamples,
                "n",
                whole(8.0, 256.0, Stops::HalfOctaves),
                n_samples
            ),
            number!(LabSmall, "bs", Kind::batch(65_536.0), small),
            number!(LabBig, "bb", Kind::batch(65_536.0), big),
            number!(
                LabRounds,
                "r",
                whole(1.0, MAX_ROUNDS, Stops::HalfOctaves),
                rounds
            ),
            number!(
                Seed,
                "seed",
                whole(0.0, 4_294_967_295.0, Stops::Whole),
                seed
            ),
            number!(DigitsLr, "dlr", Kind::decades(1e-6, 10.0), digits_lr),
            number!(DigitsPart, "dm", Kind::batch(1024.0), part_size),
            number!(
                DigitsParts,
                "dp",
                whole(2.0, 64.0, Stops::HalfOctaves),
                n_parts
            ),
            number!(
                DigitsSteps,
                "dn",
                whole(200.0, 20_000.0, Stops::SixPerDecade),
                n_steps
            ),
        ];
        FIELDS
    }

    fn defaults(&self) -> Self {
        let mut defaults = Self {
            is_adam: self.is_adam,
            ..Self::default()
        };
        if self.is_adam {
            defaults.digits_lr = 0.007;
        }
        defaults
    }
}
