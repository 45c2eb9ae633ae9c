//! State of the Race and Sweep panels: what is trained, how it is raced, and how it is swept.

use super::defs::{Field, Kind, ParamId, Params, Stops, Value, index, number, toggle};

/// Which problem is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskKind {
    Digits,
    Spirals,
    LinearRegression,
    Quadratic,
}

/// Which optimiser trains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptimizerKind {
    Sgd,
    Momentum,
    Nesterov,
    RmsProp,
    Adam,
    AdamW,
}

impl OptimizerKind {
    /// Whether its update divides by the gradient's own size.
    pub const fn is_adaptive(self) -> bool {
        matches!(self, Self::RmsProp | Self::Adam | Self::AdamW)
    }
}

/// Unit of the horizontal axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XAxis {
    Examples,
    Steps,
    /// Simulated seconds, steps × max(latency, B ÷ throughput).
    Time,
}

/// Speed of playing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// About 20 target-batch steps a second.
    Slow,
    /// Ten times that.
    Fast,
    Max,
}

/// Lanes that can be switched, as bits of [`RaceState::lanes`]; same order as `experiment::race::LaneKind`.
pub const LANE_NAMES: &[&str] = &["base", "none", "sqrt", "linear", "theory", "custom"];

const SEEDS: [u32; 3] = [1, 3, 5];
const TASKS: &[&str] = &["digits", "spirals", "linreg", "quadratic"];
const OPTIMIZERS: &[&str] = &["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"];

/// What "best" means in a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SweepMetric {
    StepsToTarget,
    LossAtExamples,
    LossAtSteps,
}

/// Batch sizes up to which a sweep can go.
pub const LARGEST_BATCHES: &[&str] = &["64", "256", "1024", "4096"];

/// Everything the Race and Sweep panels depend on. Ranges: see [`RaceState::fields`].
#[derive(Clone, Debug, PartialEq)]
pub struct RaceState {
    pub task: TaskKind,
    pub optimizer: OptimizerKind,
    /// Hidden units per layer.
    pub n_hidden: f64,
    /// 0 is ReLU, 1 is tanh.
    pub activation: usize,
    /// Dimensions of the quadratic or the regression.
    pub n_dims: f64,
    /// Standard deviation of the regression's noise.
    pub noise_std: f64,
    pub base_batch: f64,
    pub base_lr: f64,
    pub batch: f64,
    /// B_noise that the theory lane assumes, in examples.
    pub noise_scale: f64,
    /// Bit set over [`LANE_NAMES`].
    pub lanes: u32,
    pub custom_lr: f64,
    pub momentum: f64,
    pub dampening: f64,
    pub weight_decay: f64,
    pub rms_alpha: f64,
    pub is_centered: bool,
    pub beta1: f64,
    pub beta2: f64,
    pub eps: f64,
    /// 0 with replacement, 1 without.
    pub sampling: usize,
    /// 0 none, 1 gradual, 2 constant.
    pub warmup: usize,
    pub warmup_examples: f64,
    /// 0 constant, 1 cosine, 2 steps.
    pub decay: usize,
    /// Examples that each lane may process.
    pub budget: f64,
    pub target_loss: f64,
    pub stop_at_target: bool,
    /// Index into 1, 3, 5.
    pub seeds: usize,
    pub seed: f64,
    pub speed: Speed,
    pub x_axis: XAxis,
    /// Whether the horizontal axis is logarithmic.
    pub is_log_x: bool,
    /// Seconds that a step takes at least, in milliseconds.
    pub latency_ms: f64,
    /// Examples per second of a machine that is kept busy.
    pub throughput: f64,
    pub sweep_metric: SweepMetric,
    /// Smoothed full training loss that a sweep measures the steps to.
    pub sweep_target: f64,
    /// Examples that a run of a sweep may process.
    pub sweep_budget: f64,
    /// Steps of every run under [`SweepMetric::LossAtSteps`].
    pub sweep_steps: f64,
    /// Index into 1, 3, 5.
    pub sweep_seeds: usize,
    /// Index into [`LARGEST_BATCHES`].
    pub largest_batch: usize,
    /// 0: wherever the search leads; 1: between the two that follow.
    pub lr_range: usize,
    pub lowest_lr: f64,
    pub highest_lr: f64,
    /// Which definition of the critical batch is shown; an index into
    /// `scenes::sweep::definitions`.
    pub definition: usize,
}

impl Default for RaceState {
    fn default() -> Self {
        Self::for_task(TaskKind::Digits, OptimizerKind::Sgd)
    }
}

impl RaceState {
    /// The number of seeds of a race.
    pub fn n_seeds(&self) -> u32 {
        SEEDS[self.seeds.min(2)]
    }

    /// The number of seeds of a sweep.
    pub fn n_sweep_seeds(&self) -> u32 {
        SEEDS[self.sweep_seeds.min(2)]
    }

    /// Defaults of one task and optimiser. The base learning rates are near the best ones at the base batch, rounded;
    /// `tests/race_defaults.rs` measures by how much they miss. The noise scales are those that the best learning rates
    /// of a default sweep to the same target bend at: on Digits 21 (11 to 31; `#/sweep?starget=0.1`), on spirals 56 (15 to
    /// unbounded; `#/sweep?task=spirals`).
    pub fn for_task(task: TaskKind, optimizer: OptimizerKind) -> Self {
        use OptimizerKind as O;
        use TaskKind as T;
        let base_lr = match (task, optimizer) {
            (T::Digits, O::Sgd) => 0.3,
            (T::Digits, O::Momentum | O::Nesterov) => 0.03,
            (T::Digits, O::RmsProp | O::Adam | O::AdamW) => 0.007,
            (T::Spirals, O::Sgd) => 0.07,
            (T::Spirals, O::Momentum | O::Nesterov) => 0.007,
            (T::Spirals, O::RmsProp) => 0.02,
            (T::Spirals, O::Adam | O::AdamW) => 0.006,
            (T::LinearRegression, O::Sgd) => 0.05,
            (T::LinearRegression, O::Momentum | O::Nesterov) => 0.005,
            (T::LinearRegression, O::RmsProp) => 0.012,
            (T::Quadratic, O::Sgd) => 0.12,
            (T::Quadratic, O::Momentum | O::Nesterov) => 0.012,
            (T::LinearRegression, O::Adam | O::AdamW)
            | (T::Quadratic, O::RmsProp | O::Adam | O::AdamW) => 0.02,
        };
        let (base_batch, batch) = match task {
            T::Digits | T::Spirals => (4.0, 32.0),
            T::LinearRegression | T::Quadratic => (4.0, 64.0),
        };
        Self {
            task,
            optimizer,
            n_hidden: if task == T::Spirals { 24.0 } else { 32.0 },
            activation: 1,
            n_dims: if task == T::Quadratic { 100.0 } else { 20.0 },
            noise_std: 0.5,
            base_batch,
            base_lr,
            batch,
            noise_scale: match task {
                T::Digits => 20.0,
                T::Spirals => 50.0,
                // 1 + d(1 + σ²/|δ|²) at the start, with the default d and σ.
                T::LinearRegression => 26.0,
                // Σh²/Σh³ at the start: tr(HΣ)/(GᵀHG) with cᵢ = hᵢ = 1/i and θᵢ = 1.
                T::Quadratic => 1.36,
            },
            lanes: 0b01_1111,
            custom_lr: base_lr,
            momentum: if matches!(optimizer, O::Momentum | O::Nesterov) {
                0.9
            } else {
                0.0
            },
            dampening: 0.0,
            weight_decay: if optimizer == O::AdamW { 0.01 } else { 0.0 },
            rms_alpha: 0.99,
            is_centered: false,
            beta1: 0.9,
            beta2: 0.999,
            eps: 1e-8,
            sampling: 1,
            warmup: 0,
            warmup_examples: match task {
                T::Digits => 7185.0,
                T::Spirals => 2560.0,
                T::LinearRegression | T::Quadratic => 1000.0,
            },
            decay: 0,
            // 40 epochs of the 1,437 training digits.
            budget: match task {
                T::Digits => 57_480.0,
                T::Spirals => 153_600.0,
                T::LinearRegression => 20_000.0,
                T::Quadratic => 50_000.0,
            },
            target_loss: match task {
                T::Digits => 0.1,
                T::Spirals => 0.2,
                T::LinearRegression => 0.15,
                T::Quadratic => 0.05,
            },
            stop_at_target: false,
            seeds: 0,
            seed: 7.0,
            speed: Speed::Max,
            x_axis: XAxis::Examples,
            is_log_x: true,
            latency_ms: 1.0,
            throughput: 10_000.0,
            sweep_metric: SweepMetric::StepsToTarget,
            sweep_target: match task {
                T::Digits | T::Spirals => 0.2,
                T::LinearRegression => 0.15,
                T::Quadratic => 0.05,
            },
            sweep_budget: match task {
                T::Digits => 57_480.0,
                T::Spirals => 153_600.0,
                T::LinearRegression => 20_000.0,
                T::Quadratic => 50_000.0,
            },
            sweep_steps: 100.0,
            sweep_seeds: 1,
            largest_batch: 2,
            lr_range: 0,
            lowest_lr: base_lr / 16.0,
            highest_lr: base_lr * 16.0,
            definition: 0,
        }
    }
}

const fn whole(min: f64, max: f64) -> Kind {
    Kind::Number {
        min,
        max,
        integer: true,
        stops: Stops::HalfOctaves,
    }
}
const fn fraction(max: f64) -> Kind {
    Kind::Number {
        min: 0.0,
        max,
        integer: false,
        stops: Stops::Hundredths,
    }
}

/// Names of a switch's positions.
const OFF_ON: &[&str] = &["off", "on"];

macro_rules! choice {
    ($id:ident, $key:literal, $names:expr, $field:ident, [$($variant:expr),+]) => {
        Field {
            id: ParamId::$id,
            key: $key,
            kind: Kind::Choice($names),
            get: |s| Value::Choice(s.$field as usize),
            set: |s, v| {
                let all = [$($variant),+];
                s.$field = all[(v.number() as usize).min(all.len() - 1)];
            },
        }
    };
}

impl Params for RaceState {
    fn fields() -> &'static [Field<Self>] {
        const FIELDS: &[Field<RaceState>] = &[
            // Task and optimiser come first: setting one brings its defaults along.
            Field {
                id: ParamId::Task,
                key: "task",
                kind: Kind::Choice(TASKS),
                get: |s| Value::Choice(s.task as usize),
                set: |s, v| {
                    let all = [
                        TaskKind::Digits,
                        TaskKind::Spirals,
                        TaskKind::LinearRegression,
                        TaskKind::Quadratic,
                    ];
                    *s = RaceState {
                        seed: s.seed,
                        seeds: s.seeds,
                        ..RaceState::for_task(all[(v.number() as usize).min(3)], s.optimizer)
                    };
                },
            },
            Field {
                id: ParamId::Optimizer,
                key: "opt",
                kind: Kind::Choice(OPTIMIZERS),
                get: |s| Value::Choice(s.optimizer as usize),
                set: |s, v| {
                    use OptimizerKind as O;
                    let all = [
                        O::Sgd,
                        O::Momentum,
                        O::Nesterov,
                        O::RmsProp,
                        O::Adam,
                        O::AdamW,
                    ];
                    let fresh = RaceState::for_task(s.task, all[(v.number() as usize).min(5)]);
                    // What belongs to the task stays as the reader set it.
                    *s = RaceState {
                        optimizer: fresh.optimizer,
                        base_lr: fresh.base_lr,
                        custom_lr: fresh.custom_lr,
                        momentum: fresh.momentum,
                        dampening: fresh.dampening,
                        weight_decay: fresh.weight_decay,
                        lowest_lr: fresh.lowest_lr,
                        highest_lr: fresh.highest_lr,
                        ..s.clone()
                    };
                },
            },
            number!(Hidden, "h", whole(1.0, 512.0), n_hidden),
            index!(Activation, "act", &["relu", "tanh"], activation),
            number!(Dims, "d", whole(1.0, 4096.0), n_dims),
            number!(
                NoiseStd,
                "sigma",
                Kind::Number {
                    min: 0.0,
                    max: 10.0,
                    integer: false,
                    stops: Stops::Hundredths
                },
                noise_std
            ),
            number!(BaseBatch, "b0", Kind::batch(4096.0), base_batch),
            number!(BaseLr, "lr0", Kind::decades(1e-6, 100.0), base_lr),
            number!(Batch, "b", Kind::batch(4096.0), batch),
            number!(NoiseScale, "bn", Kind::decades(0.01, 1e6), noise_scale),
            Field {
                id: ParamId::Lanes,
                key: "lanes",
                kind: Kind::Flags(LANE_NAMES),
                get: |s| Value::Flags(s.lanes),
                set: |s, v| {
                    if let Value::Flags(bits) = v {
                        s.lanes = bits;
                    }
                },
            },
            number!(CustomLr, "lrc", Kind::decades(1e-6, 1000.0), custom_lr),
            number!(Momentum, "mu", fraction(0.9999), momentum),
            number!(Dampening, "damp", fraction(1.0), dampening),
            number!(
                WeightDecay,
                "wd",
                Kind::Number {
                    min: 0.0,
                    max: 10.0,
                    integer: false,
                    stops: Stops::Hundredths
                },
                weight_decay
            ),
            number!(RmsAlpha, "ra", fraction(0.9999), rms_alpha),
            toggle!(Centered, "centered", OFF_ON, is_centered),
            number!(Beta1, "beta1", fraction(0.9999), beta1),
            number!(Beta2, "beta2", fraction(0.999_999), beta2),
            number!(Eps, "eps", Kind::decades(1e-12, 1.0), eps),
            index!(Sampling, "draw", &["with", "without"], sampling),
            index!(WarmupKind, "warm", &["none", "gradual", "constant"], warmup),
            number!(WarmupExamples, "we", whole(1.0, 1e6), warmup_examples),
            index!(DecayKind, "decay", &["constant", "cosine", "steps"], decay),
            number!(Budget, "ex", whole(64.0, 2e6), budget),
            number!(Target, "target", Kind::decades(1e-6, 10.0), target_loss),
            toggle!(StopAtTarget, "stop", OFF_ON, stop_at_target),
            index!(Seeds, "seeds", &["1", "3", "5"], seeds),
            number!(
                Seed,
                "seed",
                Kind::Number {
                    min: 0.0,
                    max: 4_294_967_295.0,
                    integer: true,
                    stops: Stops::Whole
                },
                seed
            ),
            choice!(
                Speed,
                "speed",
                &["1", "10", "max"],
                speed,
                [Speed::Slow, Speed::Fast, Speed::Max]
            ),
            choice!(
                XAxis,
                "x",
                &["examples", "steps", "time"],
                x_axis,
                [XAxis::Examples, XAxis::Steps, XAxis::Time]
            ),
            toggle!(LossAxis, "logx", OFF_ON, is_log_x),
            choice!(
                SweepMetric,
                "metric",
                &["steps", "examples", "equal-steps"],
                sweep_metric,
                [
                    SweepMetric::StepsToTarget,
                    SweepMetric::LossAtExamples,
                    SweepMetric::LossAtSteps
                ]
            ),
            number!(
                SweepTarget,
                "starget",
                Kind::decades(1e-6, 10.0),
                sweep_target
            ),
            number!(SweepBudget, "sex", whole(64.0, 2e6), sweep_budget),
            number!(SweepSteps, "ssteps", whole(64.0, 400.0), sweep_steps),
            index!(SweepSeeds, "sseeds", &["1", "3", "5"], sweep_seeds),
            index!(LargestBatch, "bmax", LARGEST_BATCHES, largest_batch),
            index!(LrRange, "lrs", &["auto", "fixed"], lr_range),
            number!(LowestLr, "lrmin", Kind::decades(1e-5, 100.0), lowest_lr),
            number!(HighestLr, "lrmax", Kind::decades(1e-5, 100.0), highest_lr),
            index!(
                Definition,
                "def",
                &["twice", "overhead20", "steps10", "adam-peak"],
                definition
            ),
            number!(Latency, "lat", Kind::decades(1e-3, 1e4), latency_ms),
            number!(Throughput, "thr", Kind::decades(1.0, 1e9), throughput),
        ];
        FIELDS
    }

    fn defaults(&self) -> Self {
        Self::for_task(self.task, self.optimizer)
    }
}
