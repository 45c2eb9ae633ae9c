//! What the page remembers of a measurement of noise: enough to start it again. A lost worker's successor measures from
//! the beginning and finds the same digits.

use super::protocol::{Event, JobId};
use crate::experiment::noise_lab::digits::NoiseConfig;

#[derive(Clone, Debug)]
pub(super) struct SharedNoise {
    pub(super) id: JobId,
    pub(super) config: NoiseConfig,
    pub(super) is_paused: bool,
    pub(super) is_replaced: bool,
    pub(super) is_over: bool,
}

impl SharedNoise {
    pub(super) fn new(id: JobId, config: NoiseConfig) -> Self {
        Self {
            id,
            config,
            is_paused: false,
            is_replaced: false,
            is_over: false,
        }
    }

    /// Whether the worker owes an answer.
    pub(super) fn is_busy(&self) -> bool {
        !self.is_paused && !self.is_over
    }

    /// Takes note of an event; whether it is one of this job that the page wants to hear.
    pub(super) fn hears(&mut self, event: &Event) -> bool {
        match event {
            Event::Noise { job, stop, .. } if *job == self.id => {
                self.is_over |= stop.is_some();
                true
            }
            Event::Refused { job, .. } if *job == self.id => {
                self.is_over = true;
                true
            }
            _ => false,
        }
    }
}
