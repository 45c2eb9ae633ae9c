//! The few browser calls that both ends of a worker need.

use js_sys::{Array, ArrayBuffer, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Performance};

use super::protocol::{decode, encode};

/// A message as one buffer, and the list that transfers it.
pub(super) fn to_buffer<T: Serialize>(message: &T) -> (ArrayBuffer, Array) {
    let buffer = Uint8Array::from(encode(message).as_slice()).buffer();
    let transfer = Array::of1(&buffer);
    (buffer, transfer)
}

/// The message in an event; `None` if it holds none.
pub(super) fn from_event<T: for<'de> Deserialize<'de>>(event: &MessageEvent) -> Option<T> {
    let buffer: ArrayBuffer = event.data().dyn_into().ok()?;
    decode(&Uint8Array::new(&buffer).to_vec())
}

/// A clock in milliseconds; the wall clock where the steady one is missing.
pub(super) fn clock(performance: Option<Performance>) -> impl Fn() -> f64 + 'static {
    move || match &performance {
        Some(performance) => performance.now(),
        None => js_sys::Date::now(),
    }
}

/// A wait in whole milliseconds, as timers take it.
pub(super) fn timeout_ms(wait_ms: f64) -> i32 {
    // Rounded up: a timer that fires too early finds nothing to do and has to be set again.
    libm::ceil(wait_ms.clamp(0.0, 1000.0)) as i32
}

/// Hands an exception on to the event loop, where the page hears of it.
pub(super) fn or_throw<T>(result: Result<T, JsValue>) -> T {
    result.unwrap_or_else(|error| wasm_bindgen::throw_val(error))
}
