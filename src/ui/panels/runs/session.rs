//! The text of the panel and what it says. It is read in a worker; the fits over at most 64 batch sizes are made here.

use crate::experiment::your_runs::RunFindings;
use crate::experiment::your_runs::report::{Found, Report, SEED};
use crate::params::runs::RunsState;
use crate::ui::context::Ctx;
use crate::ui::prelude::*;
use crate::worker::bytes::Bytes;
use crate::worker::pool::{Pool, PoolEvent, Threads, next_job};
use crate::worker::protocol::{Event, JobId, Request};
use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::rc::Rc;
use std::time::Duration;

/// A pause of typing after which the text is read.
const PAUSE: Duration = Duration::from_millis(250);
/// Largest file that is read, in bytes. It is held a few times on its way.
pub const MAX_BYTES: usize = 32 << 20;
/// Largest file that is shown in the text box too.
const MAX_SHOWN: usize = 200_000;

/// What the panel is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Empty,
    Reading,
    Done,
    /// Twice lost.
    Failed,
    /// The file has so many bytes.
    TooLarge(usize),
}

impl Phase {
    /// Value of `data-state`.
    pub const fn key(self) -> &'static str {
        match self {
            Phase::Empty => "empty",
            Phase::Reading => "reading",
            Phase::Done => "done",
            Phase::Failed | Phase::TooLarge(_) => "failed",
        }
    }
}

thread_local! {
    /// The one session of the page: what was pasted stays while the reader is at another panel.
    static SESSION: Cell<Option<Session>> = const { Cell::new(None) };
}

/// The panel's signals; copied freely.
#[derive(Clone, Copy)]
pub struct Session(&'static Signals);

impl Deref for Session {
    type Target = Signals;

    fn deref(&self) -> &Signals {
        self.0
    }
}

pub struct Signals {
    ctx: Ctx,
    pub text: RwSignal<String>,
    pub phase: RwSignal<Phase>,
    pub report: RwSignal<Option<Report>>,
    /// What runs say; `None` for anything else.
    pub findings: Memo<Option<RunFindings>>,
    private: StoredValue<&'static Private>,
}

#[derive(Default)]
struct Private {
    pool: RefCell<Option<Rc<Pool>>>,
    job: Cell<Option<JobId>>,
    n_edits: Cell<u32>,
}

impl Session {
    /// The page's session.
    pub fn of(ctx: Ctx) -> Self {
        SESSION.get().unwrap_or_else(|| {
            let session = ctx.owner.with(|| Self::new(ctx));
            SESSION.set(Some(session));
            session
        })
    }

    fn new(ctx: Ctx) -> Self {
        let report = RwSignal::new(None::<Report>);
        let alpha = Memo::new(move |_| ctx.runs.with(RunsState::alpha));
        let findings = Memo::new(move |_| {
            let alpha = alpha.get();
            report.with(|report| match &report.as_ref()?.found {
                Found::Ridge(ridge) => Some(RunFindings::of(ridge.clone(), alpha, SEED)),
                Found::Nothing | Found::Noise(_) | Found::NoPairs(_) => None,
            })
        });
        let session = Self(Box::leak(Box::new(Signals {
            ctx,
            text: RwSignal::new(String::new()),
            phase: RwSignal::new(Phase::Empty),
            report,
            findings,
            private: StoredValue::new(Box::leak(Box::default())),
        })));
        watch(
            move || ctx.is_threadless.get(),
            move |_| drop(session.private().pool.take()),
        );
        session
    }

    fn private(self) -> &'static Private {
        self.private.get_value()
    }

    /// Takes a text from the box; it is read after a pause of typing.
    pub fn edit(self, text: String) {
        self.text.set(text);
        let edits = &self.private().n_edits;
        let edit = edits.get() + 1;
        edits.set(edit);
        let read = move || {
            if self.private().n_edits.get() == edit {
                self.read(self.text.with_untracked(|t| t.clone().into_bytes()));
            }
        };
        set_timeout(read, PAUSE);
    }

    /// Takes a whole text at once.
    pub fn put(self, bytes: Vec<u8>) {
        self.private().n_edits.set(self.private().n_edits.get() + 1);
        let shown = core::str::from_utf8(&bytes).ok();
        let shown = shown.filter(|text| text.len() <= MAX_SHOWN);
        self.text.set(shown.unwrap_or_default().to_owned());
        self.read(bytes);
    }

    /// Says that a file is too large.
    pub fn refuse(self, n_bytes: usize) {
        self.forget();
        self.phase.set(Phase::TooLarge(n_bytes));
    }

    fn forget(self) {
        self.private().n_edits.set(self.private().n_edits.get() + 1);
        self.private().job.set(None);
        self.report.set(None);
        self.phase.set(Phase::Empty);
    }

    fn read(self, bytes: Vec<u8>) {
        if bytes.trim_ascii().is_empty() {
            return self.forget();
        }
        if bytes.len() > MAX_BYTES {
            return self.refuse(bytes.len());
        }
        let job = next_job();
        self.private().job.set(Some(job));
        self.phase.set(Phase::Reading);
        let pool = Rc::clone(self.private().pool.borrow_mut().get_or_insert_with(|| {
            let threads = if self.ctx.is_threadless.get_untracked() {
                Threads::None
            } else {
                Threads::Workers(1)
            };
            Rc::new(Pool::new(threads, move |event| self.hear(event)))
        }));
        pool.send(Request::Read {
            job,
            text: Bytes(bytes),
        });
    }

    fn hear(self, event: PoolEvent) {
        let PoolEvent::Training(event) = event else {
            return;
        };
        if event.job() != self.private().job.get() {
            return;
        }
        match event {
            Event::Read { report, .. } => {
                self.report.set(Some(*report));
                self.phase.set(Phase::Done);
            }
            Event::Lost { .. } => {
                self.report.set(None);
                self.phase.set(Phase::Failed);
            }
            _ => {}
        }
    }
}
