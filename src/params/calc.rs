//! State of the Calculator: a recipe, the hardware it is moved to, and what is assumed.

use super::defs::{Field, Kind, ParamId, Params, Stops, Value, index, number, toggle};

/// Where the fields start from; the last keeps what they hold.
pub const PRESETS: &[&str] = &["imagenet512", "imagenet8192", "transformer", "custom"];

/// Index of the reader's own recipe.
pub const CUSTOM: usize = 3;

/// What the calculator computes with. Ranges: see [`CalcState::fields`].
#[derive(Clone, Debug, PartialEq)]
pub struct CalcState {
    /// Index into [`PRESETS`].
    pub preset: usize,
    /// 0: recipes in examples (or whatever unit the recipe has); 1: language models in tokens.
    pub tab: usize,
    /// Index into SGD, momentum, Adam, AdamW.
    pub optimizer: usize,
    /// B₀ in the recipe's unit.
    pub base_batch: f64,
    /// η₀
    pub base_lr: f64,
    /// Index into examples, sequences, tokens, as stated.
    pub unit: usize,
    /// Length of the warmup and of the run at B₀, in the units below.
    pub warmup: f64,
    pub length: f64,
    /// 0: steps at B₀; 1: epochs. Epochs need a data set.
    pub length_unit: usize,
    /// After the warmup: 0 constant, 1 cosine, 2 a tenth at ⅓, ⅔ and 8⁄9 of the run.
    pub decay: usize,
    /// Whether the size of the data set is known.
    pub has_data: bool,
    /// N in the recipe's unit.
    pub data_size: f64,
    pub momentum: f64,
    pub dampening: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub eps: f64,
    pub weight_decay: f64,
    /// B, the total batch that is asked for.
    pub batch: f64,
    /// m per device, n devices per node, nodes, k accumulation.
    pub micro_batch: f64,
    pub n_devices: f64,
    pub n_nodes: f64,
    pub accum_steps: f64,
    /// Bit set over [`FACTOR_NAMES`]: which of them stay when B is solved for.
    pub locked: u32,
    /// 0: mean, 1: sum.
    pub reduction: usize,
    /// Whether the training loop divides the loss of a micro-batch by k.
    pub divides_loss: bool,
    /// Whether micro-batches hold different numbers of tokens.
    pub is_uneven: bool,
    /// Whether the network has batch normalisation.
    pub has_batch_norm: bool,
    /// 0: unknown, 1: known, 2: a range.
    pub critical: usize,
    /// Index into no scaling, square root, linear, noise-scale optimum: the rule whose η the code carries.
    pub rule: usize,
    /// Least and largest B_crit, in the recipe's unit.
    pub critical_low: f64,
    pub critical_high: f64,
    /// N, D, D₀, C and L of the laws for language models.
    pub llm_params: f64,
    pub llm_tokens: f64,
    pub llm_base_tokens: f64,
    pub llm_compute: f64,
    pub llm_loss: f64,
}

/// The factors of a total batch, as bits of [`CalcState::locked`].
pub const FACTOR_NAMES: &[&str] = &["micro", "devices", "nodes", "accum"];

impl Default for CalcState {
    fn default() -> Self {
        Self {
            preset: 0,
            tab: 0,
            optimizer: 1,
            base_batch: 256.0,
            base_lr: 0.1,
            unit: 0,
            warmup: 5.0,
            length: 90.0,
            length_unit: 1,
            decay: 2,
            has_data: true,
            // ImageNet-1k's training set.
            data_size: 1_281_167.0,
            momentum: 0.9,
            dampening: 0.0,
            beta1: 0.9,
            beta2: 0.999,
            eps: 1e-8,
            weight_decay: 1e-4,
            batch: 512.0,
            micro_batch: 32.0,
            n_devices: 8.0,
            n_nodes: 2.0,
            accum_steps: 1.0,
            locked: 0,
            reduction: 0,
            divides_loss: true,
            is_uneven: false,
            has_batch_norm: true,
            critical: 2,
            rule: 2,
            critical_low: 1000.0,
            critical_high: 15_000.0,
            llm_params: 1e9,
            llm_tokens: 1e11,
            llm_base_tokens: 1e10,
            llm_compute: 1e20,
            llm_loss: 3.0,
        }
    }
}

impl CalcState {
    /// The fields of a preset. ImageNet: Goyal et al. 2017 (arXiv:1706.02677, section 5.1), 32 images per device, 5
    /// epochs of warmup, 90 epochs with a tenth of the rate from 30, 60 and 80 on, momentum 0.9, weight decay 1e-4.
    /// Transformer: the article's batch sizes and learning rate; β and ε, which it does not state, are PyTorch's, and
    /// the lengths are placeholders that the panel asks the reader to replace. Custom: as ImageNet, for the fields that
    /// the reader leaves alone.
    pub fn for_preset(preset: usize) -> Self {
        let base = Self {
            preset,
            ..Self::default()
        };
        match preset {
            1 => Self {
                batch: 8192.0,
                n_nodes: 32.0,
                ..base
            },
            2 => Self {
                optimizer: 2,
                base_batch: 4096.0,
                base_lr: 1e-4,
                unit: 3,
                warmup: 4000.0,
                length: 100_000.0,
                length_unit: 0,
                decay: 0,
                has_data: false,
                weight_decay: 0.0,
                batch: 8192.0,
                micro_batch: 1024.0,
                n_devices: 4.0,
                n_nodes: 1.0,
                accum_steps: 2.0,
                has_batch_norm: false,
                critical: 0,
                rule: 1,
                ..base
            },
            _ => base,
        }
    }
}

/// Names of a question's answers.
const NO_YES: &[&str] = &["no", "yes"];

const MAX_COUNT: f64 = 1_048_576.0;

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

impl Params for CalcState {
    fn fields() -> &'static [Field<Self>] {
        const FIELDS: &[Field<CalcState>] = &[
            // First: it brings the other defaults along.
            Field {
                id: ParamId::Recipe,
                key: "recipe",
                kind: Kind::Choice(PRESETS),
                get: |s| Value::Choice(s.preset),
                set: |s, v| match v.number() as usize {
                    CUSTOM => s.preset = CUSTOM,
                    preset => *s = CalcState::for_preset(preset),
                },
            },
            index!(CalcTab, "tab", &["recipe", "llm"], tab),
            index!(
                RecipeOptimizer,
                "opt",
                &["sgd", "momentum", "adam", "adamw"],
                optimizer
            ),
            number!(RecipeBatch, "b0", whole(1.0, 1e9), base_batch),
            number!(RecipeLr, "lr0", Kind::decades(1e-7, 100.0), base_lr),
            index!(
                RecipeUnit,
                "unit",
                &["examples", "sequences", "tokens", "stated"],
                unit
            ),
            number!(RecipeWarmup, "warm", fraction(1e9), warmup),
            number!(RecipeLength, "len", Kind::decades(0.01, 1e9), length),
            index!(LengthUnit, "lenunit", &["steps", "epochs"], length_unit),
            index!(
                RecipeDecayKind,
                "decay",
                &["constant", "cosine", "steps"],
                decay
            ),
            toggle!(HasData, "data", NO_YES, has_data),
            number!(DataSize, "n", whole(1.0, 1e15), data_size),
            number!(RecipeMomentum, "mom", fraction(0.9999), momentum),
            number!(RecipeDampening, "damp", fraction(1.0), dampening),
            number!(RecipeBeta1, "beta1", fraction(0.9999), beta1),
            number!(RecipeBeta2, "beta2", fraction(0.999_999), beta2),
            number!(RecipeEps, "eps", Kind::decades(1e-12, 1.0), eps),
            number!(RecipeDecay, "wd", fraction(1.0), weight_decay),
            number!(TotalBatch, "b", whole(1.0, 1e9), batch),
            number!(MicroBatch, "m", whole(1.0, MAX_COUNT), micro_batch),
            number!(Devices, "dev", whole(1.0, MAX_COUNT), n_devices),
            number!(Nodes, "nodes", whole(1.0, MAX_COUNT), n_nodes),
            number!(AccumSteps, "acc", whole(1.0, MAX_COUNT), accum_steps),
            Field {
                id: ParamId::Locked,
                key: "fix",
                kind: Kind::Flags(FACTOR_NAMES),
                get: |s| Value::Flags(s.locked),
                set: |s, v| {
                    if let Value::Flags(bits) = v {
                        s.locked = bits;
                    }
                },
            },
            index!(Reduction, "red", &["mean", "sum"], reduction),
            toggle!(DividesLoss, "div", NO_YES, divides_loss),
            toggle!(Uneven, "uneven", NO_YES, is_uneven),
            toggle!(BatchNorm, "bn", NO_YES, has_batch_norm),
            index!(
                CriticalKnowledge,
                "bck",
                &["unknown", "known", "range"],
                critical
            ),
            index!(
                ExportRule,
                "rule",
                &["none", "sqrt", "linear", "theory"],
                rule
            ),
            number!(CriticalLow, "bc", whole(1.0, 1e12), critical_low),
            number!(CriticalHigh, "bc2", whole(1.0, 1e12), critical_high),
            number!(LlmParams, "ln", Kind::decades(1e5, 1e14), llm_params),
            number!(LlmTokens, "ld", Kind::decades(1e6, 1e16), llm_tokens),
            number!(
                LlmBaseTokens,
                "ld0",
                Kind::decades(1e6, 1e16),
                llm_base_tokens
            ),
            number!(LlmCompute, "lc", Kind::decades(1e12, 1e30), llm_compute),
            number!(LlmLoss, "ll", Kind::decades(0.1, 20.0), llm_loss),
        ];
        FIELDS
    }

    fn defaults(&self) -> Self {
        Self::for_preset(self.preset)
    }
}
