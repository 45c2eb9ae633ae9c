//! Where the engine of a pool runs: in a worker, or on the page's own thread. And the timer that watches the workers.

use alloc::boxed::Box;
use alloc::rc::Weak;
use alloc::string::String;
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{MessageEvent, Worker};

use super::engine::Engine;
use super::pool::Shared;
use super::protocol::{Reply, Request};
use super::web::{clock, from_event, timeout_ms, to_buffer};

/// Slice on the page's thread: half a frame, the rest is for drawing and input.
const PAGE_SLICE_MS: f64 = 8.0;

/// Time between two looks at who is silent.
const TICK_MS: i32 = 2000;

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

/// A worker and what waits for it.
pub(super) struct Hired {
    pub(super) worker: Worker,
    pub(super) is_ready: bool,
    /// A worker drops messages that arrive before it listens.
    pub(super) queue: Vec<Request>,
    pub(super) _on_message: Closure<dyn FnMut(MessageEvent)>,
    pub(super) _on_error: Closure<dyn FnMut()>,
}

impl Hired {
    pub(super) fn new(pool: &Weak<Shared>, seat: usize) -> Result<Self, JsValue> {
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

    pub(super) fn send(&mut self, request: Request) {
        if !self.is_ready {
            self.queue.push(request);
            return;
        }
        let (buffer, transfer) = to_buffer(&request);
        // It fails only for values that cannot be cloned, which a buffer is not; a lost request would be noticed
        // as silence.
        let _ = self.worker.post_message_with_transfer(&buffer, &transfer);
    }

    pub(super) fn get_ready(&mut self) {
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

/// An engine behind a table of functions: its code need not be there before it is ([`super::later`]).
pub(super) trait Trains {
    fn handle(&mut self, request: Request) -> Reply;
    fn work(&mut self, slice_ms: f64) -> Reply;
    fn next_work_ms(&self) -> Option<f64>;
}

impl Trains for Engine {
    fn handle(&mut self, request: Request) -> Reply {
        let events = Engine::handle(self, request);
        self.reply(events)
    }

    fn work(&mut self, slice_ms: f64) -> Reply {
        let events = Engine::work(self, slice_ms);
        self.reply(events)
    }

    fn next_work_ms(&self) -> Option<f64> {
        Engine::next_work_ms(self)
    }
}

/// An engine for the page's thread; `None` when its code cannot be fetched.
async fn new_engine() -> Option<Box<dyn Trains>> {
    let now_ms = clock(web_sys::window().and_then(|window| window.performance()));
    #[cfg(in_parts)]
    return super::later::engine(Box::new(now_ms)).await.ok();
    #[cfg(not(in_parts))]
    return Some(Box::new(Engine::new(now_ms)));
}

/// The engine on the page's own thread, made when it is first needed.
pub(super) struct PageHost {
    pool: Weak<Shared>,
    engine: Option<Box<dyn Trains>>,
    is_asked: bool,
    /// What came before the engine.
    queue: Vec<Request>,
    timer: Option<i32>,
    on_timer: Closure<dyn FnMut()>,
}

impl PageHost {
    pub(super) fn new(pool: &Weak<Shared>) -> Self {
        let shared = pool.clone();
        Self {
            pool: pool.clone(),
            engine: None,
            is_asked: false,
            queue: Vec::new(),
            timer: None,
            on_timer: Closure::new(move || {
                if let Some(shared) = shared.upgrade() {
                    shared.take_page_turn();
                }
            }),
        }
    }

    /// The answer, or `None` while there is no engine yet.
    pub(super) fn handle(&mut self, request: Request) -> Option<Reply> {
        if let Some(engine) = &mut self.engine {
            return Some(engine.handle(request));
        }
        let must_ask = !self.is_asked && !matches!(request, Request::Cancel { .. });
        self.queue.push(request);
        if must_ask {
            self.is_asked = true;
            let pool = self.pool.clone();
            spawn_local(async move {
                let engine = new_engine().await;
                if let Some(shared) = pool.upgrade() {
                    shared.seat_on_page(engine);
                }
            });
        }
        None
    }

    /// The engine has come: its answers to what has waited. `None` when it cannot come; what has waited is dropped.
    pub(super) fn seat(&mut self, engine: Option<Box<dyn Trains>>) -> Option<Vec<Reply>> {
        let queue = core::mem::take(&mut self.queue);
        let Some(mut engine) = engine else {
            self.is_asked = false;
            return None;
        };
        let replies = queue.into_iter().map(|request| engine.handle(request));
        let replies = replies.collect();
        self.engine = Some(engine);
        self.plan_turn();
        Some(replies)
    }

    pub(super) fn take_turn(&mut self) -> Option<Reply> {
        self.timer = None;
        let reply = self.engine.as_mut()?.work(PAGE_SLICE_MS);
        self.plan_turn();
        Some(reply)
    }

    /// Sets the timer of the next slice, if there is work for one.
    pub(super) fn plan_turn(&mut self) {
        self.forget_turn();
        let wait_ms = self
            .engine
            .as_ref()
            .and_then(|engine| engine.next_work_ms());
        if let (Some(wait_ms), Some(window)) = (wait_ms, web_sys::window()) {
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
pub(super) struct Ticker {
    pub(super) interval: i32,
    pub(super) _on_tick: Closure<dyn FnMut()>,
}

impl Ticker {
    pub(super) fn new(pool: &Weak<Shared>) -> Option<Self> {
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
