//! The job of the Sweep panel: runs out, results in, and what is known in signals. Touches no DOM but the clock.

mod act;
mod estimate;
mod hear;

use crate::experiment::sweep::config::SweepConfig;
use crate::experiment::sweep::record::SweepRecord;
use crate::scenes::sweep::Findings;
use crate::train::spec::ConfigError;
use crate::ui::context::Ctx;
use crate::ui::dom;
use crate::ui::prelude::*;
use crate::worker::pool::{Pool, next_job};
use crate::worker::protocol::JobId;
use std::cell::{Cell, RefCell};
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

thread_local! {
    /// The one session of the page.
    static SESSION: Cell<Option<Session>> = const { Cell::new(None) };
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
    /// Told about some seven times a second while a sweep runs.
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
    private: StoredValue<&'static Private>,
}

/// What no view reads.
#[derive(Default)]
struct Private {
    pool: RefCell<Option<Rc<Pool>>>,
    n_under_way: Cell<usize>,
    running_since: Cell<Option<f64>>,
    told_at: Cell<f64>,
    fitted_at: Cell<f64>,
    estimate: RefCell<estimate::Estimate>,
    prepare: Cell<Option<TimeoutHandle>>,
}

impl Session {
    fn private(self) -> &'static Private {
        self.private.get_value()
    }

    /// The page's session. It begins with the first visit and outlives the panel: a sweep goes on while the reader is
    /// at another one.
    pub fn of(ctx: Ctx) -> Self {
        SESSION.get().unwrap_or_else(|| {
            let session = ctx.owner.with(|| Self::new(ctx));
            SESSION.set(Some(session));
            session
        })
    }

    /// A session that follows the controls from now on. It measures nothing but a few steps for the estimate.
    fn new(ctx: Ctx) -> Self {
        let config = Memo::new(move |_| ctx.race.with(SweepConfig::of));
        let record = SweepRecord::new(config.get_untracked());
        // Lives as long as the page.
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
            private: StoredValue::new(Box::leak(Box::default())),
        })));
        watch(move || config.get(), move |config| session.follow(config));
        watch(
            move || ctx.is_threadless.get(),
            move |is_threadless| {
                session.private().pool.take();
                session.is_on_page.set(*is_threadless);
                session.clear();
            },
        );
        dom::on_visibility(move |is_hidden| session.set_hidden(is_hidden));
        watch(
            move || ctx.is_away.get(),
            move |is_away| match (session.phase.get_untracked(), *is_away) {
                (Phase::Running, true) => session.pause(),
                (Phase::Idle, true) => {
                    session.drop_estimate();
                    session.job.set(next_job());
                }
                (Phase::Idle, false) if session.estimate_s.get_untracked().is_none() => {
                    session.plan_estimate()
                }
                _ => {}
            },
        );
        watch(move || ctx.resets.get(), move |_| session.clear());
        watch(
            move || ctx.is_used.get(),
            move |_| {
                if session.phase.get_untracked() == Phase::Idle {
                    session.plan_estimate();
                }
            },
        );
        session.plan_estimate();
        session
    }
}
