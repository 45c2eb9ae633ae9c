//! The panels that the first screen does not need: their code is cut out of the module after linking
//! (`.make/split/wasm-bindgen`) and fetched when it is first asked for, in three parts. With them come the checks of the
//! lessons, which are asked for later still; and with what trains (`worker/later.rs`) the programs that hold its data.
// What `wasm_split` makes of a function calls it across modules, which Rust cannot check.
#![allow(unsafe_code)]

use crate::experiment::lessons::{Lesson, Note, Outcome, Place, Seen, check};
use crate::export::code::Format;
use crate::export::{program, ray};
use crate::params::race::RaceState;
use crate::params::url::{Link, Panel};
use crate::ui::prelude::*;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// What is fetched at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Race,
    /// Panels that measure.
    Measuring,
    /// Panels about a job elsewhere.
    Job,
}

impl Part {
    pub const ALL: [Part; 3] = [Part::Race, Part::Measuring, Part::Job];

    /// Where a panel's code is; `None` for what is there from the beginning.
    pub const fn of(panel: Panel) -> Option<Self> {
        match panel {
            Panel::Curves => None,
            Panel::Race => Some(Self::Race),
            Panel::Sweep | Panel::Noise => Some(Self::Measuring),
            Panel::Calc | Panel::Runs | Panel::About => Some(Self::Job),
        }
    }

    /// Fetches the code, or does nothing when it is there.
    pub async fn fetch(self) -> Result<(), SplitLoaderError> {
        match self {
            Self::Race => fetch_race().await,
            Self::Measuring => fetch_measuring().await,
            Self::Job => fetch_job().await,
        }
    }
}

/// What a cut function returns; `None` before its part has been fetched.
fn now<T>(call: impl Future<Output = Result<T, SplitLoaderError>>) -> Option<T> {
    // With the code at hand the call is done at its first poll.
    match pin!(call).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(value)) => Some(value),
        Poll::Ready(Err(_)) | Poll::Pending => None,
    }
}

/// The Share dialog; `None` before [`fetch_share_dialog`] has succeeded.
pub fn share_dialog(close: Callback<()>) -> Option<AnyView> {
    now(share(close))
}

#[wasm_split(job, fallible, preload(fetch_share_dialog))]
pub fn share(close: Callback<()>) -> Result<AnyView, SplitLoaderError> {
    Ok(view! { <crate::ui::share::Share close /> }.into_any())
}

/// The view of a panel whose part has been fetched; `None` before.
pub fn view_of(panel: Panel) -> Option<AnyView> {
    match Part::of(panel)? {
        Part::Race => now(race()),
        Part::Measuring => now(measuring(panel)),
        Part::Job => now(job(panel)),
    }
}

/// A race or sweep as a self-contained program; `None` before [`fetch_programs`] has succeeded, and where the task has
/// none.
pub fn program_of(format: Format, state: RaceState, link: String) -> Option<String> {
    let text = program(format, state, link);
    #[cfg(in_parts)]
    let text = now(text);
    #[cfg(not(in_parts))]
    let text = text.ok();
    text.flatten()
}

// A panel calls it. A module that is not cut keeps the panels, and could not load with a call that only a cut module
// answers.
#[cfg_attr(in_parts, wasm_split(worker, fallible, preload(fetch_programs)))]
pub fn program(
    format: Format,
    state: RaceState,
    link: String,
) -> Result<Option<String>, SplitLoaderError> {
    Ok(match format {
        Format::Race => program::race(&state, &link),
        Format::RayTune => ray::sweep(&state, &link),
        _ => None,
    })
}

/// There is nothing to fetch.
#[cfg(not(in_parts))]
pub async fn fetch_programs() -> Result<(), SplitLoaderError> {
    Ok(())
}

#[wasm_split(race, fallible, preload(fetch_race))]
fn race() -> Result<AnyView, SplitLoaderError> {
    Ok(view! { <super::race::RacePanel /> }.into_any())
}

#[wasm_split(measuring, fallible, preload(fetch_measuring))]
fn measuring(panel: Panel) -> Result<AnyView, SplitLoaderError> {
    Ok(match panel {
        Panel::Sweep => view! { <super::sweep::SweepPanel /> }.into_any(),
        _ => view! { <super::noise::NoisePanel /> }.into_any(),
    })
}

#[wasm_split(job, fallible, preload(fetch_job))]
fn job(panel: Panel) -> Result<AnyView, SplitLoaderError> {
    Ok(match panel {
        Panel::Calc => view! { <super::calc::CalcPanel /> }.into_any(),
        Panel::Runs => view! { <super::runs::RunsPanel /> }.into_any(),
        _ => view! { <super::about::AboutPanel /> }.into_any(),
    })
}

/// Checks a lesson, with what stands `at` the places of its panel; what it says, and the notes for the next check.
#[wasm_split(job, fallible)]
pub fn check_lesson(
    lesson: Lesson,
    link: Link,
    at: fn(Place) -> Option<String>,
    mut notes: Vec<Note>,
) -> Result<(Outcome, Vec<Note>), SplitLoaderError> {
    let seen = Seen {
        link: &link,
        at: &at,
    };
    let outcome = check(lesson, &seen, &mut notes);
    Ok((outcome, notes))
}
