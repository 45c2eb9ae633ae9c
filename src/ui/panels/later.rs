//! The panels that the first screen does not need: their code is cut out of the module after linking
//! (`.make/split/wasm-bindgen`) and fetched when it is first asked for, in two parts. With them come the checks of the
//! lessons, which are asked for later still.
// What `wasm_split` makes of a function calls it across modules, which Rust cannot check.
#![allow(unsafe_code)]

use crate::experiment::lessons::{Lesson, Note, Outcome, Place, Seen, check};
use crate::params::url::{Link, Panel};
use crate::ui::prelude::*;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// What is fetched at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Panels that train.
    Training,
    /// Panels about a job elsewhere.
    Job,
}

impl Part {
    pub const ALL: [Part; 2] = [Part::Training, Part::Job];

    /// Where a panel's code is; `None` for what is there from the beginning.
    pub const fn of(panel: Panel) -> Option<Self> {
        match panel {
            Panel::Curves => None,
            Panel::Race | Panel::Sweep | Panel::Noise => Some(Self::Training),
            Panel::Calc | Panel::Runs | Panel::About => Some(Self::Job),
        }
    }

    /// Fetches the code, or does nothing when it is there.
    pub async fn fetch(self) -> Result<(), SplitLoaderError> {
        match self {
            Self::Training => fetch_training().await,
            Self::Job => fetch_job().await,
        }
    }
}

/// The Share dialog, of the part [`Part::Job`]; `None` before that has been fetched.
pub fn share_dialog(close: Callback<()>) -> Option<AnyView> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(share(close)).poll(&mut context) {
        Poll::Ready(Ok(view)) => Some(view),
        Poll::Ready(Err(_)) | Poll::Pending => None,
    }
}

#[wasm_split(job, fallible)]
fn share(close: Callback<()>) -> Result<AnyView, SplitLoaderError> {
    Ok(view! { <crate::ui::share::Share close /> }.into_any())
}

/// The view of a panel whose part has been fetched; `None` before.
pub fn view_of(panel: Panel) -> Option<AnyView> {
    let mut context = Context::from_waker(Waker::noop());
    // With the code at hand the call is done at its first poll.
    let polled = match Part::of(panel)? {
        Part::Training => pin!(training(panel)).poll(&mut context),
        Part::Job => pin!(job(panel)).poll(&mut context),
    };
    match polled {
        Poll::Ready(Ok(view)) => Some(view),
        Poll::Ready(Err(_)) | Poll::Pending => None,
    }
}

#[wasm_split(training, fallible, preload(fetch_training))]
fn training(panel: Panel) -> Result<AnyView, SplitLoaderError> {
    Ok(match panel {
        Panel::Race => view! { <super::race::RacePanel /> }.into_any(),
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
