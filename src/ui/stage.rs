//! Where the chosen panel stands, or what is said until its code has come.

use super::context::{Ctx, use_ctx};
use super::panels::curves::CurvesPanel;
use super::panels::later::{Part, fetch_programs, view_of};
use super::{app, dom};
use crate::ui::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Time after the first panel until the rest is fetched unasked: it shall not take the line from the first.
const PAUSE: core::time::Duration = core::time::Duration::from_millis(300);

/// How far a part of the code has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Fetch {
    #[default]
    Not,
    Asked,
    There,
    Failed,
}

/// What has been fetched, by [`Part`].
#[derive(Clone, Copy)]
struct Fetches(RwSignal<[Fetch; Part::ALL.len()]>);

impl Fetches {
    fn put(self, part: Part, fetch: Fetch) {
        self.0.update(|all| all[part as usize] = fetch);
    }

    fn is_new(self, part: Part) -> bool {
        self.0
            .with_untracked(|all| all[part as usize] == Fetch::Not)
    }

    /// Fetches a part unless that has begun. One that failed unseen is asked for anew when its panel is opened.
    fn ask(self, ctx: Ctx, part: Part) {
        if matches!(
            self.0.with_untracked(|all| all[part as usize]),
            Fetch::Asked | Fetch::There
        ) {
            return;
        }
        self.put(part, Fetch::Asked);
        spawn_local(async move {
            let came = part.fetch().await.is_ok();
            let is_shown = Part::of(ctx.panel.get_untracked()) == Some(part);
            self.put(
                part,
                match (came, is_shown) {
                    (true, _) => Fetch::There,
                    (false, true) => Fetch::Failed,
                    (false, false) => Fetch::Not,
                },
            );
        });
    }
}

#[component]
pub fn Stage() -> impl IntoView {
    let ctx = use_ctx();
    let fetches = Fetches(RwSignal::new(Default::default()));
    // Each part as a memo, so that one that comes does not rebuild a panel of the other.
    let states = Part::ALL.map(|part| Memo::new(move |_| fetches.0.with(|all| all[part as usize])));
    // A task after what stands around it: see `app::mount`.
    let is_due = RwSignal::new(app::is_built_in_place());
    if !is_due.get_untracked() {
        set_timeout(move || is_due.set(true), core::time::Duration::ZERO);
    }
    let has_programs = RwSignal::new(false);
    // So that the next panel opens at once, and works without a network.
    let fetch_rest = move || {
        spawn_local(async move {
            // A run or a program that needs it asks again.
            drop(fetch_programs().await);
            has_programs.set(true);
        });
        // What failed before the reader's eyes waits for the reader to ask again.
        for part in Part::ALL.into_iter().filter(|part| fetches.is_new(*part)) {
            fetches.ask(ctx, part);
        }
    };
    effect(move || {
        if ctx.is_there.get().is_some() && !dom::is_framed() {
            set_timeout(fetch_rest, PAUSE);
        }
    });
    effect(move || {
        if has_programs.get() && !fetches.0.with(|all| all.contains(&Fetch::Asked)) {
            ctx.is_settled.set(true);
        }
    });
    view! {
        {move || {
            if !is_due.get() {
                return view! { <span hidden></span> }.into_any();
            }
            let panel = ctx.panel.get();
            let Some(part) = Part::of(panel) else {
                ctx.is_there.set(Some(true));
                return view! { <CurvesPanel /> }.into_any();
            };
            match states[part as usize].get() {
                Fetch::There => {
                    ctx.is_there.set(Some(true));
                    view_of(panel).into_any()
                }
                fetch => {
                    if fetch == Fetch::Not {
                        fetches.ask(ctx, part);
                    }
                    view! { <Waiting ctx fetches part is_lost=fetch == Fetch::Failed /> }.into_any()
                }
            }
        }}
    }
}

#[component]
fn Waiting(ctx: Ctx, fetches: Fetches, part: Part, is_lost: bool) -> impl IntoView {
    ctx.is_there.set(is_lost.then_some(false));
    view! {
        <div class="panel waiting" data-testid="fetching" data-state=if is_lost { "failed" } else { "loading" }>
            <p class="aside" role="status">{move || { let s = &ctx.s().shell; if is_lost { s.not_fetched } else { s.fetching } }}</p>
            <button type="button" class="button" data-testid="fetch-again" hidden=!is_lost on:click=move |_| fetches.ask(ctx, part)>{ctx.t(|s| s.shell.fetch_again)}</button>
        </div>
    }
}
