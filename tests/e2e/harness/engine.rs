//! Which browser engine the tests drive, and what each of them cannot do.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Once, OnceLock};

/// Chosen by `E2E_ENGINE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

/// Something that a test needs and not every engine offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// Commands of the DevTools protocol.
    DevTools,
    /// Reports of tasks above 50 ms.
    LongTasks,
    /// The size of the JavaScript heap, after a collection of garbage that a test orders.
    HeapSize,
    /// Fingers on the screen, and style sheets that know of them.
    Touch,
    /// The service worker answers what a worker imports as it starts.
    KeptWorkers,
    /// A finger that scrolls the page.
    Panning,
    /// The engine can be started as if the processor had no SIMD.
    WithoutSimd,
}

impl Feature {
    /// Why an engine cannot do it; `None` if it can.
    const fn missing_in(self, engine: Engine) -> Option<&'static str> {
        match (self, engine) {
            (_, Engine::Chromium) => None,
            (Self::DevTools, Engine::Firefox) => {
                Some("geckodriver does not speak the DevTools protocol")
            }
            (Self::DevTools, Engine::WebKit) => {
                Some("WebKitWebDriver does not speak the DevTools protocol")
            }
            (Self::LongTasks, Engine::Firefox) => Some("Firefox has no entries of type longtask"),
            (Self::LongTasks, Engine::WebKit) => Some("WebKit has no entries of type longtask"),
            (Self::HeapSize, Engine::Firefox) => Some("Firefox does not tell a page its heap"),
            (Self::HeapSize, Engine::WebKit) => Some("WebKit does not tell a page its heap"),
            (Self::Touch | Self::Panning, Engine::WebKit) => {
                Some("WebKitWebDriver turns fingers into a mouse, and GTK has no touch screen here")
            }
            (Self::Panning, Engine::Firefox) => {
                Some("geckodriver's fingers are heard by the page and scroll nothing")
            }
            (Self::KeptWorkers, Engine::WebKit) => Some(
                "WebKit may ask the host, past the service worker, for what a new worker imports; without the host training moves to the page",
            ),
            (Self::KeptWorkers, Engine::Firefox) => None,
            (Self::WithoutSimd, Engine::Firefox) => {
                Some("Firefox has no setting that takes SIMD away")
            }
            (Self::Touch, Engine::Firefox) | (Self::WithoutSimd, Engine::WebKit) => None,
        }
    }
}

impl Engine {
    /// Chromium unless `E2E_ENGINE` names another.
    pub fn chosen() -> Self {
        static CHOSEN: OnceLock<Engine> = OnceLock::new();
        *CHOSEN.get_or_init(|| match std::env::var("E2E_ENGINE").as_deref() {
            Err(_) | Ok("" | "chromium") => Self::Chromium,
            Ok("firefox") => Self::Firefox,
            Ok("webkit") => Self::WebKit,
            Ok(other) => panic!("E2E_ENGINE is {other:?}; it can be chromium, firefox or webkit"),
        })
    }

    pub const fn key(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// Whether the engine cannot do something. If so, it says why, on the screen and in `target/e2e/cannot/`, from where
    /// `make engines` reads it: the test that asks is then expected to leave out what needs it.
    pub fn lacks(self, feature: Feature) -> bool {
        let Some(reason) = feature.missing_in(self) else {
            return false;
        };
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("test");
        eprintln!("{test} is left out in {self}: {reason}.");
        note(self, &format!("{test}\t{feature:?}\t{reason}\n"));
        true
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::WebKit => "WebKitGTK",
        })
    }
}

/// Adds a line to the engine's list of what was left out in this run.
fn note(engine: Engine, line: &str) {
    static EMPTIED: Once = Once::new();
    let file = list_of(engine);
    EMPTIED.call_once(|| {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "").unwrap();
    });
    let mut list = OpenOptions::new().append(true).open(file).unwrap();
    // One write, so that lines of tests that run at once stay whole.
    list.write_all(line.as_bytes()).unwrap();
}

fn list_of(engine: Engine) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/e2e/cannot")
        .join(format!("{}.tsv", engine.key()))
}
