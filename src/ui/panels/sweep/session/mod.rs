//! The job of the Sweep panel: runs out, results in, and what is known in signals. Touches no DOM but the clock.

mod act;
mod estimate;
mod hear;

use crate::experiment::sweep::config::SweepConfig;
use crate::experiment::sweep::record::SweepRecord;
use crate::scenes::sweep::Findings;
use crate::train::spec::ConfigError;
use crate::ui::context::Ctx;
use crate::ui::prelude::*;
use crate::worker::pool::{Pool, next_job};
use crate::worker::protocol::JobId;
use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;

/// What the panel is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Idle,
    Running,
    Paused,
    /// Stopped by the reader; what was finished stays.
    Cancelled,
    Done,
    Failed,
}

impl Phase {
    /// Value of `data-state`.
    pub const fn key(self) -> &'static str {
        match self {
            Phase::Idle => "idle",
            Phase::Running => "running",
            Phase::Paused => "paused",
            Phase::Cancelled => "cancelled",
            Phase::Done => "done",
            Phase::Failed => "failed",
        }
    }
}

/// A sweep that is kept while the reader looks at another panel.
struct Kept {
    record: SweepRecord,
    elapsed_ms: f64,
}

thread_local! {
    static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
}

/// A cell of the map: index of its batch size, and its rung.
pub type CellAt = (u32, i32);

/// The panel's signals; copied freely, and small, because nearly every closure of the panel holds it.
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
    pub job: RwSignal<JobId>,
    pub phase: RwSignal<Phase>,
    /// Told about some ten times a second while a sweep runs.
    pub record: RwSignal<SweepRecord>,
    /// Told about less often, because of the resampling.
    pub findings: RwSignal<Findings>,
    pub is_on_page: RwSignal<bool>,
    pub is_hidden: RwSignal<bool>,
    /// Time spent measuring, in milliseconds.
    pub elapsed_ms: RwSignal<f64>,
    /// What a whole sweep will take, in seconds, once it was estimated.
    pub estimate_s: RwSignal<Option<f64>>,
    /// Why the sweep cannot be trained.
    pub refused: RwSignal<Option<ConfigError>>,
    /// The cell whose details are shown.
    pub selected: RwSignal<Option<CellAt>>,
    pool: StoredValue<Option<Rc<Pool>>>,
    n_under_way: StoredValue<usize>,
    running_since: StoredValue<Option<f64>>,
    told_at: StoredValue<f64>,
    fitted_at: StoredValue<f64>,
    estimate: StoredValue<estimate::Estimate>,
    prepare: StoredValue<Option<TimeoutHandle>>,
}

impl Session {
    /// A session that follows the controls from now on. It measures nothing but a few steps for the estimate.
    pub fn new(ctx: Ctx) -> Self {
        let config = Memo::new(move |_| ctx.race.with(SweepConfig::of));
        let record = SweepRecord::new(config.get_untracked());
        // The signals go with the panel; what stays behind are the few bytes of their names, once per visit.
        let session = Self(Box::leak(Box::new(Signals {
            ctx,
            job: RwSignal::new(next_job()),
            phase: RwSignal::new(Phase::Idle),
            findings: RwSignal::new(Findings::of(&record)),
            record: RwSignal::new(record),
            is_on_page: RwSignal::new(ctx.is_threadless.get_untracked()),
            is_hidden: RwSignal::new(false),
            elapsed_ms: RwSignal::new(0.0),
            estimate_s: RwSignal::new(None),
            refused: RwSignal::new(None),
            selected: RwSignal::new(None),
            pool: StoredValue::new(None),
            n_under_way: StoredValue::new(0),
            running_since: StoredValue::new(None),
            told_at: StoredValue::new(0.0),
            fitted_at: StoredValue::new(0.0),
            estimate: StoredValue::new(estimate::Estimate::default()),
            prepare: StoredValue::new(None),
        })));
        session.restore();
        watch(move || config.get(), move |config| session.follow(config));
        watch(
            move || ctx.is_threadless.get(),
            move |is_threadless| {
                session.pool.set_value(None);
                session.is_on_page.set(*is_threadless);
                session.clear();
            },
        );
        session.plan_estimate();
        on_cleanup(move || {
            session.keep();
            session
                .prepare
                .try_update_value(|t| t.take().map(|t| t.clear()));
            session.pool.set_value(None);
        });
        session
    }

    /// Takes over the sweep that was there before the panel was left, if the controls still say the same.
    fn restore(self) {
        let Some(kept) = KEPT.with_borrow_mut(Option::take) else {
            return;
        };
        if self
            .record
            .with_untracked(|r| r.config() == kept.record.config())
        {
            self.phase.set(if kept.record.is_done() {
                Phase::Done
            } else {
                Phase::Cancelled
            });
            self.findings.set(Findings::of(&kept.record));
            self.record.set(kept.record);
            self.elapsed_ms.set(kept.elapsed_ms);
        }
    }

    fn keep(self) {
        let Some(mut record) = self.record.try_get_untracked() else {
            return;
        };
        if record.n_done() > 0 {
            record.forget_pending();
            let elapsed_ms = self.elapsed_ms.get_untracked();
            KEPT.with_borrow_mut(|kept| *kept = Some(Kept { record, elapsed_ms }));
        }
    }
}
