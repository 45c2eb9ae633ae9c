//! State of the panel Your runs: what is asked of the measurements. They themselves stay with the reader.

use super::defs::{Field, Kind, ParamId, Params, Value, number};
use crate::units::BatchSize;

/// Everything the panel Your runs depends on besides the measurements. Ranges: see [`RunsState::fields`].
#[derive(Clone, Debug, PartialEq)]
pub struct RunsState {
    /// Whether the runs were trained with Adam or one of its relatives instead of SGD.
    pub is_adam: bool,
    /// The batch size for which a learning rate is asked, in the unit of the measurements.
    pub batch: f64,
}

impl Default for RunsState {
    fn default() -> Self {
        Self {
            is_adam: false,
            batch: 256.0,
        }
    }
}

impl RunsState {
    /// α of ε(B): 1 for SGD, and for Adam the middle of what McCandlish et al. 2018 (arXiv:1812.06162, appendix A.2)
    /// found, ½ to 1.
    pub fn alpha(&self) -> f64 {
        if self.is_adam { 0.75 } else { 1.0 }
    }
}

impl Params for RunsState {
    fn fields() -> &'static [Field<Self>] {
        const FIELDS: &[Field<RunsState>] = &[
            Field {
                id: ParamId::RunsOptimizer,
                key: "opt",
                kind: Kind::Choice(&["sgd", "adam"]),
                get: |s| Value::Choice(usize::from(s.is_adam)),
                set: |s, v| s.is_adam = v == Value::Choice(1),
            },
            // Batches of tokens go far beyond what can be trained here.
            number!(AskedBatch, "b", Kind::batch(BatchSize::MAX), batch),
        ];
        FIELDS
    }

    fn defaults(&self) -> Self {
        Self::default()
    }
}
