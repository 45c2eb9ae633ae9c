//! The measurement on the digits: one job, and what came of it in signals. Touches no DOM.

use crate::experiment::noise_lab::digits::{NoiseConfig, NoisePoint, digest};
use crate::experiment::noise_lab::state::noise_config;
use crate::train::spec::{ConfigError, StopReason};
use crate::ui::context::Ctx;
use crate::ui::prelude::*;
use crate::worker::pool::{Pool, PoolEvent, Threads, next_job};
use crate::worker::protocol::{Event, JobId, Pace, Request};
use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

/// What the measurement is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Idle,
    Running,
    Paused,
    /// Stopped by the reader; what was found stays.
    Cancelled,
    Done,
    /// The loss left the finite numbers.
    Diverged,
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
            Phase::Diverged => "diverged",
            Phase::Failed => "failed",
        }
    }
}

thread_local! {
    /// The one session of the page.
    static SESSION: Cell<Option<Session>> = const { Cell::new(None) };
}

/// The signals of the measurement; copied freely, and small, because nearly every closure holds it.
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
    pub config: RwSignal<NoiseConfig>,
    /// Steps done.
    pub step: RwSignal<u64>,
    pub points: RwSignal<Vec<NoisePoint>>,
    pub is_on_page: RwSignal<bool>,
    /// Why it cannot be trained.
    pub refused: RwSignal<Option<ConfigError>>,
    /// Behind a handle, because views must look as if they could change threads.
    pool: StoredValue<&'static RefCell<Option<Rc<Pool>>>>,
}

impl Session {
    /// The page's session. It begins with the first visit and outlives the panel.
    pub fn of(ctx: Ctx) -> Self {
        SESSION.get().unwrap_or_else(|| {
            let session = ctx.owner.with(|| Self::new(ctx));
            SESSION.set(Some(session));
            session
        })
    }

    fn new(ctx: Ctx) -> Self {
        let config = Memo::new(move |_| ctx.noise.with(noise_config));
        // Lives as long as the page.
        let session = Self(Box::leak(Box::new(Signals {
            ctx,
            job: RwSignal::new(next_job()),
            phase: RwSignal::new(Phase::Idle),
            config: RwSignal::new(config.get_untracked()),
            step: RwSignal::new(0),
            points: RwSignal::new(Vec::new()),
            is_on_page: RwSignal::new(ctx.is_threadless.get_untracked()),
            refused: RwSignal::new(None),
            pool: StoredValue::new(Box::leak(Box::default())),
        })));
        watch(move || config.get(), move |config| session.renew(*config));
        watch(
            move || ctx.is_threadless.get(),
            move |is_threadless| {
                session.pool().take();
                session.is_on_page.set(*is_threadless);
                session.clear();
            },
        );
        watch(
            move || ctx.is_away.get(),
            move |is_away| {
                if *is_away && session.phase.get_untracked() == Phase::Running {
                    session.toggle();
                }
            },
        );
        watch(move || ctx.resets.get(), move |_| session.clear());
        session
    }

    fn pool(self) -> &'static RefCell<Option<Rc<Pool>>> {
        self.pool.get_value()
    }

    /// Six digits over everything, once it is complete.
    pub fn digest(self) -> Option<String> {
        (self.phase.get() == Phase::Done).then(|| self.points.with(|p| digest(p).to_string()))
    }

    pub fn toggle(self) {
        match self.phase.get_untracked() {
            Phase::Running => {
                self.phase.set(Phase::Paused);
                self.send(|job| Request::Pause { job });
            }
            Phase::Paused => {
                self.phase.set(Phase::Running);
                self.send(|job| Request::Play {
                    job,
                    pace: Pace::Max,
                });
            }
            _ => {
                self.clear();
                self.phase.set(Phase::Running);
                let config = self.config.get_untracked();
                self.send(|job| Request::Noise { job, config });
            }
        }
    }

    /// Stops; what was found stays.
    pub fn cancel(self) {
        if matches!(self.phase.get_untracked(), Phase::Running | Phase::Paused) {
            self.halt();
            self.phase.set(Phase::Cancelled);
        }
    }

    /// Forgets what was found.
    pub fn clear(self) {
        self.renew(self.ctx.noise.with_untracked(noise_config));
    }

    fn renew(self, config: NoiseConfig) {
        self.halt();
        self.config.set(config);
        self.step.set(0);
        self.points.set(Vec::new());
        self.refused.set(None);
        self.phase.set(Phase::Idle);
    }

    fn halt(self) {
        if self.pool().borrow().is_some() {
            self.send(|job| Request::Cancel { job });
        }
        self.job.set(next_job());
    }

    fn send(self, request: impl FnOnce(JobId) -> Request) {
        if self.pool().borrow().is_none() {
            let threads = if self.ctx.is_threadless.get_untracked() {
                Threads::None
            } else {
                Threads::Workers(1)
            };
            let pool = Rc::new(Pool::new(threads, move |event| self.hear(event)));
            self.pool().replace(Some(pool));
        }
        // A clone, so that nothing is borrowed while the pool answers.
        let pool = self.pool().borrow().clone();
        if let Some(pool) = pool {
            pool.send(request(self.job.get_untracked()));
        }
    }

    fn hear(self, event: PoolEvent) {
        let event = match event {
            PoolEvent::MovedToPage => return self.is_on_page.set(true),
            PoolEvent::Training(event) if event.job() == Some(self.job.get_untracked()) => event,
            PoolEvent::Training(_) => return,
        };
        match event {
            Event::Noise {
                step,
                n_before,
                points,
                stop,
                ..
            } => {
                self.step.set(step);
                if !points.is_empty() {
                    self.points.update(|all| {
                        all.truncate(n_before as usize);
                        all.extend(points);
                    });
                }
                match stop {
                    None => {}
                    Some(StopReason::Diverged { .. }) => self.phase.set(Phase::Diverged),
                    Some(_) => {
                        self.phase.set(Phase::Done);
                        let text = self.ctx.s_now().noise.announce_done;
                        self.ctx.announcement.set(text.to_owned());
                    }
                }
            }
            Event::Refused { error, .. } => {
                self.refused.set(Some(error));
                self.phase.set(Phase::Failed);
            }
            Event::Lost { .. } => self.phase.set(Phase::Failed),
            _ => {}
        }
    }
}
