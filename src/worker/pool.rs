//! The page's side: workers started when first needed, or the same engine on the page where they cannot start.
//!
//! What to send to whom is decided by [`Dispatcher`]; this file carries it. A worker that crashes or falls silent is
//! replaced once per job. If one does not even start (no workers in a sandboxed frame, a blocked module), everything
//! moves to the page's own thread, where it trains in short slices between frames.

use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use super::dispatch::{Dispatcher, Outbox};
use super::hosts::{Hired, PageHost, Ticker, Trains};
use super::protocol::{Event, JobId, Reply, Request};

/// Most workers of a pool; a race has few runs, and phones pretend to have many cores.
const MAX_THREADS: usize = 8;

/// Where a pool trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threads {
    /// On the page's own thread.
    None,
    /// In so many workers, at least one.
    Workers(usize),
}

/// News for the page.
#[derive(Clone, Debug, PartialEq)]
pub enum PoolEvent {
    /// Of the current job.
    Training(Event),
    /// Workers cannot start here; from now on the page's own thread trains.
    MovedToPage,
}

/// Workers for one job at a time. Dropping it ends them.
pub struct Pool {
    shared: Rc<Shared>,
}

impl Pool {
    /// A pool that starts nothing before the first job. `on_event` may call the pool.
    pub fn new(threads: Threads, on_event: impl Fn(PoolEvent) + 'static) -> Self {
        let shared = Rc::new_cyclic(|this| Shared {
            this: this.clone(),
            on_event: Box::new(on_event),
            state: RefCell::new(State {
                dispatcher: Dispatcher::new(match threads {
                    Threads::None => 1,
                    Threads::Workers(n) => n,
                }),
                host: match threads {
                    Threads::None => Host::Page(PageHost::new(this)),
                    Threads::Workers(n) => Host::Workers((0..n.max(1)).map(|_| None).collect()),
                },
                ticker: None,
            }),
        });
        Self { shared }
    }

    /// Sends a request. Its answers come later, or at once where the page's own thread trains.
    pub fn send(&self, request: Request) {
        let out = self.shared.state.borrow_mut().dispatcher.send(request);
        self.shared.carry(out);
    }

    /// Gives new runs of a sweep to the first `n_active` workers only, at least one.
    pub fn set_active(&self, n_active: usize) {
        let dispatcher = &mut self.shared.state.borrow_mut().dispatcher;
        dispatcher.set_active(n_active);
    }

    /// Whether the page's own thread trains.
    pub fn is_on_page(&self) -> bool {
        matches!(self.shared.state.borrow().host, Host::Page(_))
    }
}

/// A number that no job of this page has had.
pub fn next_job() -> JobId {
    thread_local! {
        static LAST: Cell<u32> = const { Cell::new(0) };
    }
    LAST.with(|last| {
        last.set(last.get() + 1);
        JobId(last.get())
    })
}

/// Workers for this machine: one less than its logical cores, 1 to 8. The page keeps a core for drawing.
pub fn recommended_threads() -> usize {
    let cores = web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
    // A browser that does not tell gives NaN, which becomes 0.
    (cores as usize).saturating_sub(1).clamp(1, MAX_THREADS)
}

pub(super) struct Shared {
    this: Weak<Shared>,
    on_event: Box<dyn Fn(PoolEvent)>,
    state: RefCell<State>,
}

struct State {
    dispatcher: Dispatcher,
    host: Host,
    ticker: Option<Ticker>,
}

enum Host {
    Workers(Vec<Option<Hired>>),
    Page(PageHost),
}

impl Shared {
    /// Carries requests to where they belong and events to the page.
    fn carry(&self, out: Outbox) {
        let mut heard = out.events;
        let mut must_move = false;
        for (worker, request) in out.requests {
            let State {
                dispatcher,
                host,
                ticker,
            } = &mut *self.state.borrow_mut();
            match host {
                Host::Page(page) => {
                    if let Some(reply) = page.handle(request) {
                        heard.extend(dispatcher.receive(worker, reply));
                    }
                }
                Host::Workers(seats) => {
                    let Some(seat) = seats.get_mut(worker) else {
                        continue;
                    };
                    if seat.is_none() {
                        *seat = Hired::new(&self.this, worker).ok();
                    }
                    match seat {
                        Some(hired) => hired.send(request),
                        None => {
                            must_move = true;
                            break;
                        }
                    }
                    if ticker.is_none() {
                        *ticker = Ticker::new(&self.this);
                    }
                }
            }
        }
        if let Host::Page(page) = &mut self.state.borrow_mut().host {
            page.plan_turn();
        }
        self.tell(heard);
        if must_move {
            // What was left to send is part of what the dispatcher remembers.
            self.move_to_page();
        }
    }

    fn move_to_page(&self) {
        let out = {
            let mut state = self.state.borrow_mut();
            if matches!(state.host, Host::Page(_)) {
                return;
            }
            state.ticker = None;
            state.host = Host::Page(PageHost::new(&self.this));
            state.dispatcher.collapse()
        };
        (self.on_event)(PoolEvent::MovedToPage);
        self.carry(out);
    }

    pub(super) fn receive(&self, worker: usize, reply: Reply) {
        let heard = {
            let State {
                dispatcher, host, ..
            } = &mut *self.state.borrow_mut();
            if let Host::Workers(seats) = host
                && let Some(Some(hired)) = seats.get_mut(worker)
                && reply.events.contains(&Event::Ready)
            {
                hired.get_ready();
            }
            dispatcher.receive(worker, reply)
        };
        self.tell(heard);
    }

    /// A worker crashed, did not start, or owes an answer for too long.
    pub(super) fn lose(&self, worker: usize) {
        let out = {
            let State {
                dispatcher, host, ..
            } = &mut *self.state.borrow_mut();
            let Host::Workers(seats) = host else { return };
            let Some(lost) = seats.get_mut(worker).and_then(Option::take) else {
                return;
            };
            if !lost.is_ready {
                None
            } else if dispatcher.may_replace(worker) {
                Some(dispatcher.replaced(worker))
            } else {
                Some(dispatcher.give_up(worker))
            }
        };
        match out {
            Some(out) => self.carry(out),
            None => self.move_to_page(),
        }
    }

    pub(super) fn tick(&self) {
        let lost = self.state.borrow_mut().dispatcher.tick();
        lost.into_iter().for_each(|worker| self.lose(worker));
    }

    pub(super) fn take_page_turn(&self) {
        let heard = {
            let State {
                dispatcher, host, ..
            } = &mut *self.state.borrow_mut();
            let Host::Page(page) = host else { return };
            let Some(reply) = page.take_turn() else {
                return;
            };
            dispatcher.receive(0, reply)
        };
        self.tell(heard);
    }

    /// The page's own engine has come, or cannot.
    pub(super) fn seat_on_page(&self, engine: Option<Box<dyn Trains>>) {
        let out = {
            let State {
                dispatcher, host, ..
            } = &mut *self.state.borrow_mut();
            let Host::Page(page) = host else { return };
            match page.seat(engine) {
                Some(replies) => Outbox {
                    events: replies
                        .into_iter()
                        .flat_map(|reply| dispatcher.receive(0, reply))
                        .collect(),
                    ..Outbox::default()
                },
                None => dispatcher.give_up(0),
            }
        };
        self.carry(out);
    }

    /// The page may answer an event with a request, so nothing is borrowed here.
    fn tell(&self, events: Vec<Event>) {
        for event in events {
            (self.on_event)(PoolEvent::Training(event));
        }
    }
}
