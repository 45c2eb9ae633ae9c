//! The address bar: written 400 ms after the last change, read when somebody edits it or goes back.

use super::context::Ctx;
use super::{dom, lesson};
use crate::params::url::{self, Link};
use crate::ui::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsValue;

/// Safari refuses more than 100 writes in 30 seconds; waiting for a pause also keeps the history readable.
const PAUSE: Duration = Duration::from_millis(400);

/// The fragment; content management systems that strip fragments may pass it as the query instead.
pub fn current() -> String {
    let location = dom::window().location();
    match location.hash() {
        Ok(hash) if hash.len() > 1 => hash,
        _ => match location.search() {
            Ok(search) if search.contains("v=") => format!("#/{search}"),
            _ => String::new(),
        },
    }
}

/// The address of the page itself. In a frame without the query, which pym.js for one appends to.
pub fn page(ctx: &Ctx) -> String {
    let href = dom::window().location().href().unwrap_or_default();
    let end = if ctx.embed.is_some() { "?#" } else { "#" };
    let end = href.find(|c| end.contains(c)).unwrap_or(href.len());
    href[..end].to_owned()
}

/// The whole address of a screen of our own; in a frame it opens the playground. Subscribes to the whole state.
pub fn live(ctx: &Ctx) -> String {
    let link = Link {
        embed: None,
        ..ctx.link()
    };
    page(ctx) + &url::encode(&link)
}

/// The whole address of what is on screen.
pub fn full(ctx: &Ctx) -> String {
    if lesson::visit().is_some() {
        return page(ctx) + &untrack(|| lesson::encode(ctx));
    }
    untrack(|| live(ctx))
}

/// Keeps address and state together.
pub fn keep_in_step(ctx: Ctx) {
    let pending = StoredValue::new(None::<TimeoutHandle>);
    watch(
        move || lesson::encode(&ctx),
        move |fragment| {
            let fragment = fragment.clone();
            pending.update_value(|p| {
                if let Some(handle) = p.take() {
                    handle.clear();
                }
                *p = set_timeout_with_handle(
                    move || {
                        replace(&fragment);
                    },
                    PAUSE,
                )
                .ok();
            });
        },
    );
    let handle = window_event_listener(leptos::ev::hashchange, move |_| {
        let fragment = current();
        // Compared with the screen and not with what was last written: going back may come before that write.
        if untrack(|| lesson::encode(&ctx)) != fragment {
            let (link, notices) = lesson::decode(&fragment);
            if ctx.embed.is_none() && link.embed.is_none() {
                ctx.follow(link, notices);
            } else {
                // Another address of a frame comes from the page around: locks, levels and Reset begin with it anew.
                let _ = dom::window().location().reload();
            }
        }
    });
    on_cleanup(move || handle.remove());
}

/// Writes the fragment into the address without a step in the history.
pub fn replace(fragment: &str) {
    if let Ok(history) = dom::window().history() {
        // A sandboxed frame may refuse; then only the address stays behind.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(fragment));
    }
}
