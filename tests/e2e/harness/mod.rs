//! One browser session per test, with a fresh profile, ended also when the test fails.

mod before;
mod copies;
mod drivers;
mod engine;
mod input;
mod look;
mod page;
mod servers;

pub use engine::{Engine, Feature};
pub use input::Rect;
pub use page::{Page, is_close};
pub use servers::{Host, Site, site};

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::sync::{Condvar, Mutex};
use std::task::Poll;

/// Browsers that run at once. More would only slow each other down on a small machine.
const N_BROWSERS: usize = 2;

/// How a test wants to see the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setup {
    /// CSS pixels.
    pub width: u32,
    pub height: u32,
    /// Device pixels per CSS pixel.
    pub scale: f64,
    /// Fingers instead of a mouse, and a phone's viewport.
    pub is_touch: bool,
    pub is_dark: bool,
    pub is_motion_reduced: bool,
    /// No other browser runs meanwhile: for tests that look at how long tasks take.
    pub is_alone: bool,
    /// As on a processor without SIMD.
    pub is_without_simd: bool,
}

/// A laptop's window.
pub const DESKTOP: Setup = Setup {
    width: 1280,
    height: 800,
    scale: 1.0,
    is_touch: false,
    is_dark: false,
    is_motion_reduced: false,
    is_alone: false,
    is_without_simd: false,
};

/// A small phone.
pub const PHONE: Setup = Setup {
    width: 360,
    height: 740,
    scale: 2.0,
    is_touch: true,
    ..DESKTOP
};

/// What a test ends with that asks for something its engine lacks.
struct Unable;

/// Opens a browser, runs `test` in it and closes it, whatever happens. Fails when the console holds an error.
pub async fn browse<T: 'static>(setup: Setup, test: impl AsyncFnOnce(&Page) -> T) -> T {
    let _turn = Turn::take(if setup.is_alone { N_BROWSERS } else { 1 });
    let page = Page::start(setup, site()).await;
    let outcome = caught(async {
        page.look(setup).await;
        let result = test(&page).await;
        page.assert_quiet().await;
        result
    })
    .await;
    if outcome.as_ref().is_err_and(|panic| !panic.is::<Unable>()) {
        page.keep_screenshot().await;
    }
    page.end().await;
    outcome.unwrap_or_else(|panic| nothing(panic))
}

/// The result of a test that ended early because its engine cannot do more; any other panic goes on.
fn nothing<T: 'static>(panic: Box<dyn Any + Send>) -> T {
    let unit: Box<dyn Any> = Box::new(());
    match unit.downcast::<T>() {
        Ok(unit) if panic.is::<Unable>() => *unit,
        _ => resume_unwind(panic),
    }
}

/// Runs a future to its end or its panic.
async fn caught<T>(future: impl Future<Output = T>) -> std::thread::Result<T> {
    let mut future = pin!(future);
    poll_fn(
        |cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Err(panic) => Poll::Ready(Err(panic)),
        },
    )
    .await
}

static FREE: Mutex<usize> = Mutex::new(N_BROWSERS);
static FREED: Condvar = Condvar::new();

/// The right to run a number of browsers. Each test has its own thread, so waiting may block it.
struct Turn(usize);

impl Turn {
    fn take(n: usize) -> Self {
        let mut free = FREE.lock().unwrap();
        while *free < n {
            free = FREED.wait(free).unwrap();
        }
        *free -= n;
        Self(n)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *FREE.lock().unwrap() += self.0;
        FREED.notify_all();
    }
}
