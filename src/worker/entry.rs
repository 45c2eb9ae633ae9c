//! A worker's side: requests in, slices of training, replies out.
//!
//! Between two slices the worker returns to its event loop, so that a request can arrive. It comes back by a message
//! to itself and not by a timer, because browsers make nested timers wait at least 4 ms.

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

use super::engine::Engine;
use super::protocol::{Event, Request};
use super::web::{clock, from_event, or_throw, timeout_ms, to_buffer};

/// Length of a slice: a request waits no longer than this, and the event loop costs little beside it.
const SLICE_MS: f64 = 12.0;

struct WorkerSide {
    scope: DedicatedWorkerGlobalScope,
    engine: Engine,
    /// Sends the worker a message to itself.
    turn: MessagePort,
    is_turn_posted: bool,
    /// Timer of the next turn, where that is not at once.
    timer: Option<i32>,
    on_timer: js_sys::Function,
}

/// Makes the present global scope a worker of the pool and reports it ready. Called once by `worker.js`.
/// Anywhere but in a dedicated worker it does nothing. Fails when the code of a worker cannot be fetched.
#[wasm_bindgen]
pub async fn serve_as_worker() -> Result<(), JsValue> {
    #[cfg(in_parts)]
    super::later::serve()
        .await
        .map_err(|why| JsError::new(&alloc::string::ToString::to_string(&why)))?;
    #[cfg(not(in_parts))]
    serve();
    Ok(())
}

/// [`serve_as_worker`] once the code is there.
pub(super) fn serve() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else {
        return;
    };
    let channel = or_throw(MessageChannel::new());
    let side = Rc::new_cyclic(|this: &alloc::rc::Weak<RefCell<WorkerSide>>| {
        let side = this.clone();
        let on_timer = Closure::<dyn FnMut()>::new(move || {
            if let Some(side) = side.upgrade() {
                side.borrow_mut().take_turn();
            }
        });
        RefCell::new(WorkerSide {
            engine: Engine::new(clock(scope.performance())),
            scope: scope.clone(),
            turn: channel.port1(),
            is_turn_posted: false,
            timer: None,
            on_timer: on_timer.into_js_value().unchecked_into(),
        })
    });

    // Both closures live as long as the worker, and with them its side.
    let turning = Rc::clone(&side);
    let on_turn = Closure::<dyn FnMut()>::new(move || {
        let mut side = turning.borrow_mut();
        side.is_turn_posted = false;
        side.take_turn();
    });
    channel
        .port2()
        .set_onmessage(Some(on_turn.into_js_value().unchecked_ref()));

    let asked = Rc::clone(&side);
    let on_request = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(request) = from_event::<Request>(&event) {
            asked.borrow_mut().take(request);
        }
    });
    scope.set_onmessage(Some(on_request.into_js_value().unchecked_ref()));
    side.borrow().post(alloc::vec![Event::Ready]);
}

impl WorkerSide {
    fn take(&mut self, request: Request) {
        let events = self.engine.handle(request);
        self.post(events);
        self.plan_turn();
    }

    fn take_turn(&mut self) {
        let events = self.engine.work(SLICE_MS);
        self.post(events);
        self.plan_turn();
    }

    /// Sees to it that the next slice comes when there is work for it.
    fn plan_turn(&mut self) {
        if let Some(timer) = self.timer.take() {
            self.scope.clear_timeout_with_handle(timer);
        }
        match self.engine.next_work_ms().map(timeout_ms) {
            None => {}
            Some(0) if self.is_turn_posted => {}
            Some(0) => {
                or_throw(self.turn.post_message(&JsValue::NULL));
                self.is_turn_posted = true;
            }
            Some(wait_ms) => {
                let timer = self
                    .scope
                    .set_timeout_with_callback_and_timeout_and_arguments_0(&self.on_timer, wait_ms);
                self.timer = Some(or_throw(timer));
            }
        }
    }

    fn post(&self, events: Vec<Event>) {
        if !events.is_empty() {
            let (buffer, transfer) = to_buffer(&self.engine.reply(events));
            or_throw(self.scope.post_message_with_transfer(&buffer, &transfer));
        }
    }
}
