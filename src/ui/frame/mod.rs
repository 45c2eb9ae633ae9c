//! The page as a frame in somebody else's: one panel, and below it Reset and the way to the playground.
//!
//! It never starts anything by itself, pauses when scrolled out of view, and tells the page around nothing but
//! what `export::host_message` writes.

mod messages;

use super::shell::Notices;
use super::{clipboard, dom, link, locks};
use crate::params::url::Link;
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let ctx = use_ctx();
    set_height(ctx);
    watch_view(ctx);
    watch_use(ctx);
    let locked = ctx.embed.as_ref().map_or(&[][..], |e| &e.locked);
    let locks = locks::hold(ctx, ctx.first.panel, locked);
    messages::serve(ctx, locks);
    // The page around may have changed these as well.
    let first = Link {
        lang: Some(ctx.lang.get_untracked()),
        theme: Some(ctx.theme.get_untracked()),
        ..ctx.first.clone()
    };
    let reset = move |_| {
        ctx.follow(first.clone(), Vec::new());
        ctx.resets.update(|n| *n += 1);
    };
    // A sandbox without `allow-popups` opens nothing, and does not say so.
    let is_address_shown = RwSignal::new(false);
    let go = move |_| {
        if dom::is_opaque() {
            is_address_shown.set(true);
            clipboard::select("playground-address");
        }
    };
    view! {
        <Notices />
        <main id="content" tabindex="-1">{children()}</main>
        <footer class="frame-bar">
            <button type="button" class="button small" data-testid="frame-reset" on:click=reset>{ctx.t(|s| s.frame.reset)}</button>
            <a data-testid="playground" target="_blank" rel="noopener" href=move || link::live(&ctx) on:click=go>
                {ctx.t(|s| s.frame.open)}" ↗"
            </a>
        </footer>
        <Show when=move || is_address_shown.get()>
            <p class="frame-address note">{ctx.t(|s| s.frame.address)}" "<span data-testid="playground-address">{move || link::live(&ctx)}</span></p>
        </Show>
        <p class="visually-hidden" role="status" aria-live="polite" data-testid="live">{move || ctx.announcement.get()}</p>
    }
}

/// Fixes the height that charts stretch to: what the link says or the frame opened with. It does not follow the frame,
/// whose height may follow the page.
fn set_height(ctx: Ctx) {
    let asked = ctx.embed.as_ref().and_then(|e| e.height).map(f64::from);
    let opened = || dom::window().inner_height().ok()?.as_f64();
    if let Some(height) = asked.or_else(opened) {
        let height = format!("{height}px");
        // The name is valid, so it cannot fail.
        let _ = dom::root().style().set_property("--frame-height", &height);
    }
}

/// Notices whether the frame is on screen; a browser that cannot tell leaves it on.
fn watch_view(ctx: Ctx) {
    let look = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
        let latest = entries
            .pop()
            .dyn_into::<web_sys::IntersectionObserverEntry>();
        if let Ok(entry) = latest {
            let is_away = !entry.is_intersecting();
            if ctx.is_away.get_untracked() != is_away {
                ctx.is_away.set(is_away);
            }
        }
    });
    if let Ok(observer) = web_sys::IntersectionObserver::new(look.as_ref().unchecked_ref()) {
        observer.observe(&dom::root());
        // Both live as long as the page.
        std::mem::forget((observer, look));
    }
}

/// Notices the first click or key. A finger that scrolls the page around is none.
fn watch_use(ctx: Ctx) {
    let touch = move || {
        if !ctx.is_used.get_untracked() {
            ctx.is_used.set(true);
        }
    };
    let down = window_event_listener(leptos::ev::click, move |_| touch());
    let key = window_event_listener(leptos::ev::keydown, move |_| touch());
    on_cleanup(move || {
        down.remove();
        key.remove();
    });
}
