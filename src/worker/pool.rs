//! The page's side: workers started when first needed, or the same engine on the page where they cannot start.
//!
//! What to send to whom is decided by [`Dispatcher`]; this file carries it. A worker that crashes or falls silent is
//! replaced once per job. If one does not even start (no workers in a sandboxed frame, a blocked module), everything
//! moves to the page's own thread, where it trains in short slices between frames.

use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker};

use super::dispatch::{Dispatcher, Outbox};
use super::engine::Engine;
use super::protocol::{Event, JobId, Reply, Request};
use super::web::{clock, from_event, timeout_ms, to_buffer};

/// Slice on the page's thread: half a frame, the rest is for drawing and input.
const PAGE_SLICE_MS: f64 = 8.0;

/// Time between two looks at who is silent.
const TICK_MS: i32 = 2000;

/// Most workers of a pool; a race has few runs, and phones pretend to have many cores.
const MAX_THREADS: usize = 8;

#[wasm_bindgen(module = "/src/worker/worker.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn spawn(glue_url: &str, module: &JsValue) -> Result<Worker, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// Address of the module that wasm-bindgen generates; right under any path and any hashed name.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static GLUE_URL: String;
}

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

struct Shared {
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
                Host::Page(page) => heard.extend(dispatcher.receive(worker, page.handle(request))),
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

    fn receive(&self, worker: usize, reply: Reply) {
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
    fn lose(&self, worker: usize) {
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

    fn tick(&self) {
        let lost = self.state.borrow_mut().dispatcher.tick();
        lost.into_iter().for_each(|worker| self.lose(worker));
    }

    fn take_page_turn(&self) {
        let heard = {
            let State {
                dispatcher, host, ..
            } = &mut *self.state.borrow_mut();
            let Host::Page(page) = host else { return };
            let reply = page.take_turn();
            dispatcher.receive(0, reply)
        };
        self.tell(heard);
    }

    /// The page may answer an event with a request, so nothing is borrowed here.
    fn tell(&self, events: Vec<Event>) {
        for event in events {
            (self.on_event)(PoolEvent::Training(event));
        }
    }
}

/// A worker and what waits for it.
struct Hired {
    worker: Worker,
    is_ready: bool,
    /// A worker drops messages that arrive before it listens.
    queue: Vec<Request>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut()>,
}

impl Hired {
    fn new(pool: &Weak<Shared>, seat: usize) -> Result<Self, JsValue> {
        let worker = GLUE_URL.with(|url| spawn(url, &wasm_bindgen::module()))?;
        let shared = pool.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let (Some(shared), Some(reply)) = (shared.upgrade(), from_event::<Reply>(&event)) {
                shared.receive(seat, reply);
            }
        });
        let shared = pool.clone();
        let on_error = Closure::<dyn FnMut()>::new(move || {
            if let Some(shared) = shared.upgrade() {
                shared.lose(seat);
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            is_ready: false,
            queue: Vec::new(),
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    fn send(&mut self, request: Request) {
        if !self.is_ready {
            self.queue.push(request);
            return;
        }
        let (buffer, transfer) = to_buffer(&request);
        // It fails only for values that cannot be cloned, which a buffer is not; a lost request would be noticed
        // as silence.
        let _ = self.worker.post_message_with_transfer(&buffer, &transfer);
    }

    fn get_ready(&mut self) {
        self.is_ready = true;
        core::mem::take(&mut self.queue)
            .into_iter()
            .for_each(|request| self.send(request));
    }
}

impl Drop for Hired {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// The engine on the page's own thread.
struct PageHost {
    engine: Engine,
    timer: Option<i32>,
    on_timer: Closure<dyn FnMut()>,
}

impl PageHost {
    fn new(pool: &Weak<Shared>) -> Self {
        let shared = pool.clone();
        Self {
            engine: Engine::new(clock(
                web_sys::window().and_then(|window| window.performance()),
            )),
            timer: None,
            on_timer: Closure::new(move || {
                if let Some(shared) = shared.upgrade() {
                    shared.take_page_turn();
                }
            }),
        }
    }

    fn handle(&mut self, request: Request) -> Reply {
        let events = self.engine.handle(request);
        self.engine.reply(events)
    }

    fn take_turn(&mut self) -> Reply {
        self.timer = None;
        let events = self.engine.work(PAGE_SLICE_MS);
        self.plan_turn();
        self.engine.reply(events)
    }

    /// Sets the timer of the next slice, if there is work for one.
    fn plan_turn(&mut self) {
        self.forget_turn();
        if let (Some(wait_ms), Some(window)) = (self.engine.next_work_ms(), web_sys::window()) {
            let on_timer = self.on_timer.as_ref().unchecked_ref();
            self.timer = window
                .set_timeout_with_callback_and_timeout_and_arguments_0(
                    on_timer,
                    timeout_ms(wait_ms),
                )
                .ok();
        }
    }

    fn forget_turn(&mut self) {
        if let (Some(timer), Some(window)) = (self.timer.take(), web_sys::window()) {
            window.clear_timeout_with_handle(timer);
        }
    }
}

impl Drop for PageHost {
    fn drop(&mut self) {
        self.forget_turn();
    }
}

/// The regular look at who is silent.
struct Ticker {
    interval: i32,
    _on_tick: Closure<dyn FnMut()>,
}

impl Ticker {
    fn new(pool: &Weak<Shared>) -> Option<Self> {
        let shared = pool.clone();
        let on_tick = Closure::<dyn FnMut()>::new(move || {
            if let Some(shared) = shared.upgrade() {
                shared.tick();
            }
        });
        let interval = web_sys::window()?
            .set_interval_with_callback_and_timeout_and_arguments_0(
                on_tick.as_ref().unchecked_ref(),
                TICK_MS,
            )
            .ok()?;
        Some(Self {
            interval,
            _on_tick: on_tick,
        })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_interval_with_handle(self.interval);
        }
    }
}
