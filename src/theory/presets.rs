//! Published recipes as data with their sources.
//!
//! A value that a source does not give is absent here, never guessed. Sources: Goyal et al. 2017
//! (arXiv:1706.02677), section 5; McCandlish et al. 2018 (arXiv:1812.06162), table 1.

use super::measured::BatchUnit;
use super::rules::BasePoint;
use crate::units::{BatchSize, LearningRate};

/// Where a number was published. The only strings here that a reader sees, and the same in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Citation {
    /// Authors, or `None` where the source names none.
    pub authors: Option<&'static str>,
    /// Title.
    pub title: &'static str,
    /// Year, if known.
    pub year: Option<u16>,
    /// arXiv identifier, if there is one.
    pub arxiv: Option<&'static str>,
    /// Section, table or example within the source.
    pub place: &'static str,
}

/// Goyal et al. 2017, the experiments.
pub const GOYAL_2017: Citation = Citation {
    authors: Some("Goyal et al."),
    title: "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour",
    year: Some(2017),
    arxiv: Some("1706.02677"),
    place: "section 5",
};

/// McCandlish et al. 2018, table 1.
pub const MCCANDLISH_2018_TABLE_1: Citation = Citation {
    authors: Some("McCandlish, Kaplan, Amodei et al."),
    title: "An Empirical Model of Large-Batch Training",
    year: Some(2018),
    arxiv: Some("1812.06162"),
    place: "table 1",
};

/// A Chinese article for practitioners; its Transformer example.
pub const ARTICLE_LR_AND_BATCH_SIZE: Citation = Citation {
    authors: None,
    title: "学习率和BatchSize的关系",
    year: None,
    arxiv: None,
    place: "Transformer 4096 → 8192",
};

/// Names a recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PresetId {
    /// ResNet-50 on ImageNet, 256 to 512.
    ImageNet512,
    /// ResNet-50 on ImageNet, 256 to 8192.
    ImageNet8192,
    /// A Transformer, 4096 to 8192.
    Transformer8192,
}

/// What kind of update a recipe uses; decides which rule is customary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OptimizerFamily {
    /// SGD, with or without momentum: linear rule.
    Sgd,
    /// Adam and relatives: square-root rule.
    Adam,
}

/// The warmup of a published run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PublishedWarmup {
    /// No warmup.
    None,
    /// Base rate for five epochs, then the full rate at once.
    Constant,
    /// From the base rate up to the full rate over five epochs.
    Gradual,
    /// Not stated with the number.
    NotStated,
}

/// A published result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// B.
    pub batch: BatchSize,
    /// η after warmup.
    pub lr: LearningRate,
    /// Warmup of the run.
    pub warmup: PublishedWarmup,
    /// Top-1 validation error in percent, mean of five runs.
    pub error_percent: f64,
    /// Standard deviation over the runs, in percentage points.
    pub error_std: f64,
}

/// A critical batch that grows over training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CriticalBatchBand {
    /// Early in the run.
    pub early: BatchSize,
    /// At its end.
    pub end: BatchSize,
    /// Source of both.
    pub source: Citation,
}

/// A published recipe: base point, target batch, and what is known about them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preset {
    /// Its name.
    pub id: PresetId,
    /// Where it was published.
    pub source: Citation,
    /// The kind of optimiser.
    pub optimizer: OptimizerFamily,
    /// B₀ and η₀.
    pub base: BasePoint,
    /// B.
    pub target_batch: BatchSize,
    /// Unit of both batch sizes.
    pub unit: BatchUnit,
    /// Measured critical batch; `None` where nobody published one.
    pub critical_batch: Option<CriticalBatchBand>,
    /// Results at the base and the target batch.
    pub outcomes: &'static [Outcome],
}

/// All recipes.
pub const PRESETS: [Preset; 3] = [
    Preset {
        id: PresetId::ImageNet512,
        source: GOYAL_2017,
        optimizer: OptimizerFamily::Sgd,
        base: BasePoint {
            batch: batch(256.0),
            lr: lr(0.1),
        },
        target_batch: batch(512.0),
        unit: BatchUnit::Examples,
        critical_batch: Some(IMAGENET_CRITICAL_BATCH),
        outcomes: &[IMAGENET_BASELINE],
    },
    Preset {
        id: PresetId::ImageNet8192,
        source: GOYAL_2017,
        optimizer: OptimizerFamily::Sgd,
        base: BasePoint {
            batch: batch(256.0),
            lr: lr(0.1),
        },
        target_batch: batch(8192.0),
        unit: BatchUnit::Examples,
        critical_batch: Some(IMAGENET_CRITICAL_BATCH),
        outcomes: &IMAGENET_OUTCOMES,
    },
    Preset {
        id: PresetId::Transformer8192,
        source: ARTICLE_LR_AND_BATCH_SIZE,
        optimizer: OptimizerFamily::Adam,
        base: BasePoint {
            batch: batch(4096.0),
            lr: lr(1e-4),
        },
        target_batch: batch(8192.0),
        unit: BatchUnit::AsStated,
        critical_batch: None,
        outcomes: &[],
    },
];

const IMAGENET_CRITICAL_BATCH: CriticalBatchBand = CriticalBatchBand {
    early: batch(1000.0),
    end: batch(15_000.0),
    source: MCCANDLISH_2018_TABLE_1,
};

const IMAGENET_BASELINE: Outcome = outcome(256.0, 0.1, PublishedWarmup::None, 23.60, 0.12);

/// ResNet-50 on ImageNet, 90 epochs; Goyal et al. 2017, the comparison of scaling rules and of warmups.
const IMAGENET_OUTCOMES: [Outcome; 11] = [
    IMAGENET_BASELINE,
    outcome(256.0, 0.05, PublishedWarmup::NotStated, 23.92, 0.10),
    outcome(256.0, 0.2, PublishedWarmup::NotStated, 23.68, 0.09),
    outcome(8192.0, 3.2, PublishedWarmup::Gradual, 23.74, 0.09),
    outcome(8192.0, 3.2, PublishedWarmup::None, 24.84, 0.37),
    outcome(8192.0, 3.2, PublishedWarmup::Constant, 25.88, 0.56),
    outcome(8192.0, 1.6, PublishedWarmup::NotStated, 24.27, 0.08),
    outcome(8192.0, 6.4, PublishedWarmup::NotStated, 24.05, 0.18),
    outcome(8192.0, 0.1, PublishedWarmup::NotStated, 41.67, 0.10),
    // 0.1·√32.
    outcome(
        8192.0,
        0.565_685_424_949_238,
        PublishedWarmup::NotStated,
        26.22,
        0.03,
    ),
    outcome(16_384.0, 6.4, PublishedWarmup::Gradual, 24.79, 0.27),
];

const fn outcome(
    b: f64,
    eta: f64,
    warmup: PublishedWarmup,
    error_percent: f64,
    error_std: f64,
) -> Outcome {
    Outcome {
        batch: batch(b),
        lr: lr(eta),
        warmup,
        error_percent,
        error_std,
    }
}

/// Evaluated by the compiler: a number out of range does not build.
const fn batch(value: f64) -> BatchSize {
    match BatchSize::new(value) {
        Ok(batch) => batch,
        Err(_) => panic!("batch size out of range"),
    }
}

/// As [`batch`].
const fn lr(value: f64) -> LearningRate {
    match LearningRate::new(value) {
        Ok(lr) => lr,
        Err(_) => panic!("learning rate out of range"),
    }
}
