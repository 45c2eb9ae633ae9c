//! The vocabulary of the registry: what a control can hold and in which range.

/// Identifies a control across panels, links and languages. Keys in links are stable for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParamId {
    Family,
    BaseBatch,
    BaseLr,
    Batch,
    CriticalBatch,
    CriticalKnown,
    YAxis,
    Spacing,
    HiddenCurves,
    Alpha,
    Beta1,
    Beta2,
    Eps,
    SurgeDims,
    SurgeSignal,
    SurgeCorrelation,
    Task,
    Hidden,
    Activation,
    Dims,
    NoiseStd,
    Optimizer,
    Momentum,
    Dampening,
    WeightDecay,
    RmsAlpha,
    Centered,
    Sampling,
    NoiseScale,
    Lanes,
    CustomLr,
    WarmupKind,
    WarmupExamples,
    DecayKind,
    Budget,
    Target,
    StopAtTarget,
    Seeds,
    Seed,
    Speed,
    XAxis,
    LossAxis,
    Latency,
    Throughput,
    SweepMetric,
    SweepTarget,
    SweepBudget,
    SweepSteps,
    SweepSeeds,
    LargestBatch,
    LrRange,
    LowestLr,
    HighestLr,
    Definition,
    LabBatch,
    LabNoise,
    LabRatio,
    LabX,
    LabY,
    LabFollow,
    LabLr,
    LabSamples,
    LabSmall,
    LabBig,
    LabRounds,
    DigitsOptimizer,
    DigitsLr,
    DigitsPart,
    DigitsParts,
    DigitsSteps,
    RunsOptimizer,
    AskedBatch,
    Recipe,
    CalcTab,
    RecipeOptimizer,
    RecipeBatch,
    RecipeLr,
    RecipeUnit,
    RecipeWarmup,
    RecipeLength,
    LengthUnit,
    RecipeDecayKind,
    HasData,
    DataSize,
    RecipeMomentum,
    RecipeDampening,
    RecipeBeta1,
    RecipeBeta2,
    RecipeEps,
    RecipeDecay,
    TotalBatch,
    MicroBatch,
    Devices,
    Nodes,
    AccumSteps,
    Locked,
    Reduction,
    DividesLoss,
    Uneven,
    BatchNorm,
    CriticalKnowledge,
    ExportRule,
    CriticalLow,
    CriticalHigh,
    LlmParams,
    LlmTokens,
    LlmBaseTokens,
    LlmCompute,
    LlmLoss,
}

/// Where a number's slider stops are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stops {
    /// 2^(i/2), rounded: 1, 1.41→1, 2, 3, 4, 6, 8, 11, 16 …
    HalfOctaves,
    /// 1, 1.5, 2, 3, 5, 7 per decade.
    SixPerDecade,
    /// Whole numbers.
    Whole,
    /// Hundredths of the range.
    Hundredths,
}

/// What a control can hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Number {
        min: f64,
        max: f64,
        integer: bool,
        stops: Stops,
    },
    /// One of the named choices; the value is its index.
    Choice(&'static [&'static str]),
    /// Any subset of the named flags; the value is a bit set. Written as names joined by commas, `-` when empty.
    Flags(&'static [&'static str]),
}

/// A control's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    Number(f64),
    Choice(usize),
    Flags(u32),
}

impl Value {
    /// The number, or the choice's index, or the bits.
    pub fn number(self) -> f64 {
        match self {
            Value::Number(v) => v,
            Value::Choice(i) => i as f64,
            Value::Flags(bits) => f64::from(bits),
        }
    }
}

/// One row of the registry: a control of the state `S`.
pub struct Field<S> {
    pub id: ParamId,
    /// Name in links.
    pub key: &'static str,
    pub kind: Kind,
    pub get: fn(&S) -> Value,
    /// Stores a value that is already inside the range.
    pub set: fn(&mut S, Value),
}

/// A panel's state that knows its controls.
pub trait Params: Clone + PartialEq + Sized + Send + Sync + 'static {
    /// Every control, in the order in which links list them. A control whose value changes the defaults
    /// of others (such as the task) comes before them.
    fn fields() -> &'static [Field<Self>];

    /// What the controls are when only the choices that change defaults (task, optimiser) are as here.
    fn defaults(&self) -> Self;

    /// The row of one control.
    ///
    /// # Panics
    /// When the panel has no such control; a programming error that `tests/url.rs` would find.
    fn field(id: ParamId) -> &'static Field<Self> {
        Self::fields()
            .iter()
            .find(|f| f.id == id)
            .expect("the panel lists every control that it shows")
    }

    /// Sets one control to a value of any origin, clamped into its range. Choices out of range are ignored.
    fn put(&mut self, id: ParamId, value: Value) {
        let field = Self::field(id);
        if let Some(value) = field.kind.admit(value) {
            (field.set)(self, value);
        }
    }

    /// Reads one control.
    fn at(&self, id: ParamId) -> Value {
        (Self::field(id).get)(self)
    }

    /// Reads one number.
    fn number(&self, id: ParamId) -> f64 {
        self.at(id).number()
    }
}

impl Kind {
    /// A batch size from 1 on.
    pub const fn batch(max: f64) -> Self {
        Kind::Number {
            min: 1.0,
            max,
            integer: true,
            stops: Stops::HalfOctaves,
        }
    }

    /// A positive number over many decades.
    pub const fn decades(min: f64, max: f64) -> Self {
        Kind::Number {
            min,
            max,
            integer: false,
            stops: Stops::SixPerDecade,
        }
    }

    /// The nearest allowed value, or `None` when there is none (wrong type, unknown choice, NaN).
    pub fn admit(self, value: Value) -> Option<Value> {
        match (self, value) {
            (
                Kind::Number {
                    min, max, integer, ..
                },
                Value::Number(v),
            ) if !v.is_nan() => {
                let v = v.clamp(min, max);
                Some(Value::Number(if integer { v.round() } else { v }))
            }
            (Kind::Choice(names), Value::Choice(i)) if i < names.len() => Some(value),
            (Kind::Flags(names), Value::Flags(bits)) => {
                Some(Value::Flags(bits & ((1 << names.len()) - 1)))
            }
            _ => None,
        }
    }

    /// The range of a number, 0 to the last index otherwise.
    pub fn range(self) -> (f64, f64) {
        match self {
            Kind::Number { min, max, .. } => (min, max),
            Kind::Choice(names) | Kind::Flags(names) => (0.0, names.len() as f64 - 1.0),
        }
    }
}

/// The row of a plain number: its identity, key, kind, and the field of the state that holds it.
macro_rules! number {
    ($id:ident, $key:literal, $kind:expr, $field:ident) => {
        Field {
            id: ParamId::$id,
            key: $key,
            kind: $kind,
            get: |s| Value::Number(s.$field),
            set: |s, v| s.$field = v.number(),
        }
    };
}
/// The row of a choice that the state holds as an index.
macro_rules! index {
    ($id:ident, $key:literal, $names:expr, $field:ident) => {
        Field {
            id: ParamId::$id,
            key: $key,
            kind: Kind::Choice($names),
            get: |s| Value::Choice(s.$field),
            set: |s, v| s.$field = v.number() as usize,
        }
    };
}
/// The row of a choice between two that the state holds as false and true.
macro_rules! toggle {
    ($id:ident, $key:literal, $names:expr, $field:ident) => {
        Field {
            id: ParamId::$id,
            key: $key,
            kind: Kind::Choice($names),
            get: |s| Value::Choice(usize::from(s.$field)),
            set: |s, v| s.$field = v == Value::Choice(1),
        }
    };
}
pub(super) use {index, number, toggle};
