//! The job of the Race panel: requests out, events in, and what is known in signals. Touches no DOM but the clock.

use crate::experiment::lane_result::LaneResult;
use crate::experiment::race::LaneKind;
use crate::experiment::race_record::{RaceRecord, Standing};
use crate::experiment::race_state::RacePlan;
use crate::params::defs::{ParamId, Params, Value};
use crate::params::race::{RaceState, Speed};
use crate::ui::context::Ctx;
use crate::ui::dom;
use crate::units::format_count;
use crate::worker::pool::{Pool, PoolEvent, Threads, next_job, recommended_threads};
use crate::worker::protocol::{Event, JobId, Pace, Request};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// Steps per second of the target batch in slow motion.
const SLOW_STEPS: u32 = 20;
/// After a change of the controls, initial losses wait for this pause.
const QUIET: Duration = Duration::from_millis(300);
/// A learning rate on the move is set when it has stood still for so long.
const LR_QUIET: Duration = Duration::from_millis(150);
/// While training one of the smaller charts follows after so long, in turn.
const SLOW_CHARTS_MS: f64 = 70.0;

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

/// Signals; copied freely.
#[derive(Clone, Copy)]
pub struct Session {
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
    pool: StoredValue<Option<Rc<Pool>>, LocalStorage>,
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
        let session = Self {
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
            pool: StoredValue::new_local(None),
            is_sent: StoredValue::new(false),
            is_heard: StoredValue::new(false),
            is_pause_hidden: StoredValue::new(false),
            running_since: StoredValue::new(None),
            slow_at: StoredValue::new(0.0),
            prepare: StoredValue::new(None),
            set_lr: StoredValue::new(None),
            told: StoredValue::new(Vec::new()),
        };
        Effect::watch(
            move || plan.get(),
            move |plan, _, _| session.follow(plan),
            false,
        );
        Effect::watch(
            move || ctx.is_threadless.get(),
            move |is_threadless, _, _| {
                session.pool.set_value(None);
                session.is_on_page.set(*is_threadless);
                session.reset();
            },
            false,
        );
        Effect::watch(
            move || state.with(|s| s.speed),
            move |_, _, _| {
                if session.phase.get_untracked().is_going() {
                    session.send(|job| Request::Play {
                        job,
                        pace: session.pace(),
                    });
                }
            },
            false,
        );
        session.restore();
        on_cleanup(move || {
            session.keep();
            for timer in [session.prepare, session.set_lr] {
                timer.try_update_value(|t| t.take().map(|t| t.clear()));
            }
            session.pool.try_set_value(None);
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

    pub fn toggle(self) {
        if self.phase.get_untracked().is_going() {
            self.pause(false);
        } else {
            self.play(self.pace());
        }
    }

    pub fn to_end(self) {
        self.play(Pace::Max);
    }

    fn play(self, pace: Pace) {
        self.settle_lr();
        if matches!(self.phase.get_untracked(), Phase::Done | Phase::Failed) {
            self.reset();
        }
        if self.begin() {
            self.send(|job| Request::Play { job, pace });
        }
    }

    pub fn step(self, n_steps: u64) {
        self.settle_lr();
        // A finished race has no further step.
        if matches!(self.phase.get_untracked(), Phase::Done | Phase::Failed) {
            return;
        }
        if self.begin() {
            self.send(|job| Request::Step { job, n_steps });
        }
    }

    /// Stops after the present slice. The phase changes when the worker says so.
    pub fn pause(self, is_hidden: bool) {
        if self.phase.get_untracked().is_going() {
            self.is_pause_hidden.set_value(is_hidden);
            self.send(|job| Request::Pause { job });
        }
    }

    /// Forgets the job; the next one is ready, with its initial losses if a worker is at hand.
    pub fn reset(self) {
        self.renew(self.ctx.race.with_untracked(RacePlan::of));
        if self.pool.with_value(Option::is_some) {
            self.ensure_sent();
        }
    }

    /// Makes sure that the job exists and that its clock runs; false if there is nothing to train.
    fn begin(self) -> bool {
        if self.record.with_untracked(|r| r.runs.is_empty()) {
            return false;
        }
        if self.phase.get_untracked() == Phase::Idle {
            let start = self.ctx.s_now().race.announce_start;
            self.ctx.announcement.set(start.to_owned());
        }
        self.is_pause_hidden.set_value(false);
        // Before anything is sent: on the page's own thread the answers come at once.
        self.enter(if self.is_heard.get_value() {
            Phase::Running
        } else {
            Phase::Starting
        });
        self.ensure_sent();
        true
    }

    fn ensure_sent(self) {
        self.prepare
            .update_value(|t| t.take().map_or((), |t| t.clear()));
        if self.is_sent.get_value() {
            return;
        }
        self.is_sent.set_value(true);
        let runs = self.record.with_untracked(|r| r.plan.runs.clone());
        self.send(|job| Request::Start { job, runs });
    }

    fn pace(self) -> Pace {
        let (speed, batch) = self
            .ctx
            .race
            .with_untracked(|s| (s.speed, s.batch.max(s.base_batch) as u32));
        match speed {
            Speed::Slow => Pace::ExamplesPerSecond(SLOW_STEPS.saturating_mul(batch)),
            Speed::Fast => Pace::ExamplesPerSecond((10 * SLOW_STEPS).saturating_mul(batch)),
            Speed::Max => Pace::Max,
        }
    }

    fn send(self, request: impl FnOnce(JobId) -> Request) {
        if self.pool.with_value(Option::is_none) {
            let threads = if self.ctx.is_threadless.get_untracked() {
                Threads::None
            } else {
                Threads::Workers(recommended_threads())
            };
            let pool = Rc::new(Pool::new(threads, move |event| self.hear(event)));
            self.pool.set_value(Some(pool));
        }
        // A clone, so that nothing is borrowed while the pool answers.
        if let Some(pool) = self.pool.with_value(Clone::clone) {
            pool.send(request(self.job.get_untracked()));
            if pool.is_on_page() != self.is_on_page.get_untracked() {
                self.is_on_page.set(pool.is_on_page());
            }
        }
    }

    /// The controls have changed.
    fn follow(self, plan: &RacePlan) {
        if !self.record.with_untracked(|r| r.plan.is_same_job(plan)) {
            self.renew(plan.clone());
            return;
        }
        let has_custom = plan.lanes.iter().any(|l| l.kind == LaneKind::Custom);
        let is_new = plan.config.custom_lr.to_bits() != self.custom_lr.get_value().to_bits();
        if has_custom && is_new {
            restart_timer(self.set_lr, LR_QUIET, move || self.settle_lr());
        }
    }

    /// Brings the custom lane's learning rate to where the control is: in the running job if there is one.
    fn settle_lr(self) {
        self.set_lr
            .update_value(|t| t.take().map_or((), |t| t.clear()));
        let plan = self.ctx.race.with_untracked(RacePlan::of);
        let lr = plan.config.custom_lr;
        let lane = plan.lanes.iter().position(|l| l.kind == LaneKind::Custom);
        let (Some(lane), false) = (lane, lr.to_bits() == self.custom_lr.get_value().to_bits())
        else {
            return;
        };
        self.custom_lr.set_value(lr);
        match self.phase.get_untracked() {
            Phase::Starting | Phase::Running | Phase::Paused { .. } => {
                for run in plan.runs_of(lane) {
                    let run = run as u32;
                    self.send(|job| Request::SetLr { job, run, lr });
                }
            }
            Phase::Idle | Phase::Done | Phase::Failed => self.renew(plan),
        }
    }

    /// Replaces the job by one for `plan` that was not sent yet.
    fn renew(self, plan: RacePlan) {
        if self.is_sent.get_value() && self.pool.with_value(Option::is_some) {
            self.send(|job| Request::Cancel { job });
        }
        self.job.set(next_job());
        self.is_sent.set_value(false);
        self.is_heard.set_value(false);
        self.custom_lr.set_value(plan.config.custom_lr);
        self.told.set_value(Vec::new());
        self.record.set(RaceRecord::new(plan));
        self.running_since.set_value(None);
        self.elapsed_ms.set(0.0);
        self.phase.set(Phase::Idle);
        self.slow.update(|n| *n += 1);
        // Nothing trains on load: initial losses come only where a worker is at hand already.
        if self.pool.with_value(Option::is_some) {
            restart_timer(self.prepare, QUIET, move || self.ensure_sent());
        }
    }

    fn hear(self, event: PoolEvent) {
        // The panel may be gone while a message was under way.
        let Some(job) = self.job.try_get_untracked() else {
            return;
        };
        let event = match event {
            PoolEvent::MovedToPage => return self.is_on_page.set(true),
            PoolEvent::Training(event) if event.job() == Some(job) => event,
            PoolEvent::Training(_) => return,
        };
        let next = match &event {
            Event::Progress { .. } if self.phase.get_untracked() == Phase::Starting => {
                Some(Phase::Running)
            }
            Event::Paused { .. } => Some(Phase::Paused {
                was_hidden: self.is_pause_hidden.get_value(),
            }),
            Event::Done { .. } => Some(Phase::Done),
            Event::Lost { .. } => Some(Phase::Failed),
            _ => None,
        };
        self.is_heard.set_value(true);
        let is_progress = matches!(&event, Event::Progress { updates, .. } if !updates.is_empty());
        let has_news = is_progress || matches!(event, Event::LrSet { .. } | Event::Refused { .. });
        if has_news {
            self.record.update(|record| record.take(event));
        }
        let all_refused = || {
            self.record
                .with_untracked(|r| r.runs.iter().all(|run| run.refused.is_some()))
        };
        let next = match next {
            Some(Phase::Done) if all_refused() => Some(Phase::Failed),
            next => next,
        };
        let now = dom::now_ms();
        if next.is_some() || now - self.slow_at.get_value() > SLOW_CHARTS_MS {
            self.slow_at.set_value(now);
            self.slow.update(|n| *n += 1);
        }
        if let Some(next) = next {
            self.enter(next);
        }
        if is_progress {
            self.tell();
        }
        if next == Some(Phase::Done) {
            let text = self.ctx.s_now().race.announce_done;
            self.ctx.announcement.set(text(&self.seconds_now()));
        }
    }

    /// Changes the phase and lets the clock run or stand.
    fn enter(self, phase: Phase) {
        let now = dom::now_ms();
        if phase.is_going() {
            self.running_since
                .update_value(|since| *since = Some(since.unwrap_or(now)));
        } else if let Some(since) = self.running_since.try_update_value(Option::take).flatten() {
            self.elapsed_ms.update(|ms| *ms += now - since);
        }
        if self.phase.get_untracked() != phase {
            self.phase.set(phase);
        }
    }

    /// Seconds spent training.
    pub fn seconds(self) -> String {
        format!("{:.1}", self.elapsed_ms.get() / 1000.0)
    }

    fn seconds_now(self) -> String {
        format!("{:.1}", self.elapsed_ms.get_untracked() / 1000.0)
    }

    /// Says which lanes have arrived or diverged since the last time.
    fn tell(self) {
        let s = self.ctx.s_now();
        let target = self.ctx.race.with_untracked(|state| state.target_loss);
        let mut sentences = Vec::new();
        self.record.with_untracked(|record| {
            for (i, result) in record.results(target).iter().enumerate() {
                if self.told.with_value(|told| told.contains(&i)) {
                    continue;
                }
                let name = s.race.lanes[result.kind as usize];
                let sentence = match (record.standing(i, result), result.target) {
                    (Standing::Diverged { step, .. }, _) => {
                        (s.race.announce_diverged)(name, &format_count(step, s.grouping))
                    }
                    (Standing::Reached { .. }, Some(hit)) => {
                        (s.race.announce_reached)(name, &format_count(hit.n_examples, s.grouping))
                    }
                    _ => continue,
                };
                self.told.update_value(|told| told.push(i));
                sentences.push(sentence);
            }
        });
        if !sentences.is_empty() {
            self.ctx.announcement.set(sentences.join(" "));
        }
    }
}

/// Calls `act` after `pause`, instead of what the timer had to do before.
fn restart_timer(
    timer: StoredValue<Option<TimeoutHandle>>,
    pause: Duration,
    act: impl FnOnce() + 'static,
) {
    timer.update_value(|t| {
        if let Some(old) = t.take() {
            old.clear();
        }
        *t = set_timeout_with_handle(act, pause).ok();
    });
}
