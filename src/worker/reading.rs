//! What the page remembers of a text that a worker reads: the text itself, for another worker if that one is lost.

use super::protocol::{JobId, Request};

#[derive(Clone, Debug)]
pub(super) struct SharedReading {
    pub(super) request: Request,
    pub(super) is_replaced: bool,
}

impl SharedReading {
    pub(super) fn new(request: Request) -> Self {
        Self {
            request,
            is_replaced: false,
        }
    }

    pub(super) fn id(&self) -> JobId {
        self.request.job()
    }
}
