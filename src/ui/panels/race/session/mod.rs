//! The job of the Race panel: requests out, events in, and what is known in signals. Touches no DOM but the clock.

mod act;
mod hear;

use crate::experiment::lane_result::LaneResult;
use crate::experiment::race_record::RaceRecord;
use crate::experiment::race_state::RacePlan;
use crate::params::defs::{ParamId, Params, Value};
use crate::params::race::RaceState;
use crate::ui::context::Ctx;
use crate::ui::prelude::*;
use crate::worker::pool::{Pool, next_job};
use crate::worker::protocol::{JobId, Request};
use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;

/// What the panel is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Idle,
    /// Asked to train; no word from the worker yet.
    Starting,
    Running,
    Paused {
        was_hidden: bool,
    },
    Done,
    Failed,
}

impl Phase {
    /// Value of `data-state`.
    pub const fn key(self) -> &'static str {
        match self {
            Phase::Idle => "idle",
            Phase::Starting => "starting",
            Phase::Running => "running",
            Phase::Paused { .. } => "paused",
            Phase::Done => "done",
            Phase::Failed => "failed",
        }
    }

    /// Whether it trains, or is about to.
    pub const fn is_going(self) -> bool {
        matches!(self, Phase::Starting | Phase::Running)
    }
}

/// A finished race, kept while the reader looks at another panel.
struct Finished {
    record: RaceRecord,
    custom_lr: f64,
    elapsed_ms: f64,
}

thread_local! {
    static FINISHED: RefCell<Option<Finished>> = const { RefCell::new(None) };
}

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
    /// What the controls say, with a value that is being dragged in its new place.
    pub shown: Memo<RaceState>,
    /// The value that is being dragged.
    pub draft: RwSignal<Option<(ParamId, f64)>>,
    pub job: RwSignal<JobId>,
    pub phase: RwSignal<Phase>,
    pub record: RwSignal<RaceRecord>,
    /// Counts the updates that the smaller charts show.
    pub slow: RwSignal<u32>,
    pub is_on_page: RwSignal<bool>,
    /// Time spent training, in milliseconds.
    pub elapsed_ms: RwSignal<f64>,
    pool: StoredValue<Option<Rc<Pool>>>,
    /// Whether the present job was sent.
    is_sent: StoredValue<bool>,
    /// Whether anything was heard of it.
    is_heard: StoredValue<bool>,
    is_pause_hidden: StoredValue<bool>,
    running_since: StoredValue<Option<f64>>,
    slow_at: StoredValue<f64>,
    /// Learning rate of the custom lane that the job has.
    custom_lr: StoredValue<f64>,
    prepare: StoredValue<Option<TimeoutHandle>>,
    set_lr: StoredValue<Option<TimeoutHandle>>,
    /// Lanes whose end was spoken.
    told: StoredValue<Vec<usize>>,
}

impl Session {
    /// A session that starts nothing, and follows the controls from now on.
    pub fn new(ctx: Ctx) -> Self {
        let state = ctx.race;
        let draft = RwSignal::new(None::<(ParamId, f64)>);
        let shown = Memo::new(move |_| {
            let mut shown = state.get();
            if let Some((id, value)) = draft.get() {
                shown.put(id, Value::Number(value));
            }
            shown
        });
        let plan = Memo::new(move |_| state.with(RacePlan::of));
        let first = plan.get_untracked();
        // The signals go with the panel; what stays behind are the few bytes of their names, once per visit.
        let session = Self(Box::leak(Box::new(Signals {
            ctx,
            shown,
            draft,
            job: RwSignal::new(next_job()),
            phase: RwSignal::new(Phase::Idle),
            custom_lr: StoredValue::new(first.config.custom_lr),
            record: RwSignal::new(RaceRecord::new(first)),
            slow: RwSignal::new(0),
            is_on_page: RwSignal::new(ctx.is_threadless.get_untracked()),
            elapsed_ms: RwSignal::new(0.0),
            pool: StoredValue::new(None),
            is_sent: StoredValue::new(false),
            is_heard: StoredValue::new(false),
            is_pause_hidden: StoredValue::new(false),
            running_since: StoredValue::new(None),
            slow_at: StoredValue::new(0.0),
            prepare: StoredValue::new(None),
            set_lr: StoredValue::new(None),
            told: StoredValue::new(Vec::new()),
        })));
        watch(move || plan.get(), move |plan| session.follow(plan));
        watch(
            move || ctx.is_threadless.get(),
            move |is_threadless| {
                session.pool.set_value(None);
                session.is_on_page.set(*is_threadless);
                session.reset();
            },
        );
        // A memo, because no other control may set the pace of a run to the end.
        let speed = Memo::new(move |_| state.with(|s| s.speed));
        watch(
            move || speed.get(),
            move |_| {
                if session.phase.get_untracked().is_going() {
                    session.send(|job| Request::Play {
                        job,
                        pace: session.pace(),
                    });
                }
            },
        );
        session.restore();
        on_cleanup(move || {
            session.keep();
            for timer in [session.prepare, session.set_lr] {
                timer.try_update_value(|t| t.take().map(|t| t.clear()));
            }
            session.pool.set_value(None);
        });
        session
    }

    /// Takes over the race that was finished before the panel was left, if the controls still say the same.
    fn restore(self) {
        let Some(old) = FINISHED.with_borrow_mut(Option::take) else {
            return;
        };
        let is_same = self.record.with_untracked(|r| {
            r.plan.is_same_job(&old.record.plan)
                && r.plan.config.custom_lr.to_bits() == old.custom_lr.to_bits()
        });
        if is_same {
            self.record.set(old.record);
            self.elapsed_ms.set(old.elapsed_ms);
            self.phase.set(Phase::Done);
        }
    }

    fn keep(self) {
        if self.phase.try_get_untracked() != Some(Phase::Done) {
            return;
        }
        let finished = Finished {
            record: self.record.get_untracked(),
            custom_lr: self.custom_lr.get_value(),
            elapsed_ms: self.elapsed_ms.get_untracked(),
        };
        FINISHED.with_borrow_mut(|kept| *kept = Some(finished));
    }

    /// Rows of the table, for the target that is shown.
    pub fn results(self) -> Vec<LaneResult> {
        let target = self.shown.with(|s| s.target_loss);
        self.record.with(|record| record.results(target))
    }
}
