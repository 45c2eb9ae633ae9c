//! Messages between a frame and the page around it. What cannot be understood is passed over.
//!
//! Out: see `export::host_message`. In: `{type: "lrbs:get"}` asks for everything anew, `{type: "lrbs:set", params}` sets
//! controls by their names in links; the first, and a change, are answered by `lrbs:state`.

use crate::export::host_message as say;
use crate::params::embed::MIN_HEIGHT;
use crate::params::url;
use crate::ui::context::Ctx;
use crate::ui::dom;
use crate::ui::locks::Locks;
use crate::ui::prelude::*;
use js_sys::{Array, JSON, Object, Reflect};
use std::time::Duration;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Window;

/// Changes are told after so long a pause.
const PAUSE: Duration = Duration::from_millis(200);
/// Most values that one message may set; no panel has as many controls.
const MOST: u32 = 100;

/// The page around; it cannot read more of a frame than it is told, so it need not be known.
fn post(host: &Window, message: &JsValue) {
    // It fails only for what cannot be cloned.
    let _ = host.post_message(message, "*");
}

fn post_json(host: &Window, text: &str) {
    if let Ok(message) = JSON::parse(text) {
        post(host, &message);
    }
}

fn post_state(ctx: Ctx, host: &Window) {
    post_json(host, &say::state(&untrack(|| ctx.link())));
}

/// Speaks with the page around, if there is one.
pub fn serve(ctx: Ctx, locks: Locks) {
    let window = dom::window();
    let host = match window.parent() {
        Ok(Some(host)) if !Object::is(&host, &window) => host,
        _ => return,
    };
    let height = StoredValue::new(0_u32);
    let tell_height = {
        let host = host.clone();
        let query = window.location().search().unwrap_or_default();
        move || {
            let height = height.get_value();
            if height == 0 {
                return;
            }
            post_json(&host, &say::resize(height));
            post_json(&host, &say::resize_amp(height));
            if let Some(child) = say::pym_child(&query) {
                post(&host, &say::resize_pym(child, height).into());
            }
        }
    };
    watch_height(height, tell_height.clone());
    if ctx.embed.as_ref().is_some_and(|e| e.is_notifying) {
        notify(ctx, host.clone());
    }
    let told = host.clone();
    effect(move || match ctx.is_there.get() {
        Some(true) => post_json(&told, &say::ready(ctx.first.panel)),
        Some(false) => post_json(&told, say::LOST),
        None => {}
    });

    let listener = window_event_listener(leptos::ev::message, move |ev| {
        if !ev.source().is_some_and(|source| Object::is(&source, &host)) {
            return;
        }
        let data = ev.data();
        let field = |name: &str| Reflect::get(&data, &name.into()).ok();
        match field("type").and_then(|kind| kind.as_string()).as_deref() {
            Some("lrbs:get") => {
                if ctx.is_there.get_untracked() == Some(true) {
                    post_json(&host, &say::ready(ctx.first.panel));
                }
                tell_height();
            }
            Some("lrbs:set") => {
                let link = untrack(|| ctx.link());
                let values = values_of(field("params").unwrap_or_default());
                let asked = url::with_values(&link, &values);
                // Two frames that a page keeps alike would go on answering each other.
                if url::encode(&asked) == url::encode(&link) {
                    return;
                }
                ctx.follow(asked, Vec::new());
                locks.renew();
            }
            _ => return,
        }
        post_state(ctx, &host);
    });
    on_cleanup(move || listener.remove());
}

/// Names with the numbers and texts among the values.
fn values_of(params: JsValue) -> Vec<(String, String)> {
    let Ok(params) = params.dyn_into::<Object>() else {
        return Vec::new();
    };
    let entries = Object::entries(&params);
    let pair = |i: u32| {
        let entry: Array = entries.get(i).dyn_into().ok()?;
        let (key, value) = (entry.get(0), entry.get(1));
        let text = match value.as_f64() {
            Some(number) => format!("{number:e}"),
            None => value.as_string()?,
        };
        Some((key.as_string()?, text))
    };
    (0..entries.length().min(MOST)).filter_map(pair).collect()
}

/// Tells the height of the content whenever it changes. It does not depend on the frame's own height, so that a page
/// that gives the frame what it asks for does not make it ask for more.
fn watch_height(height: StoredValue<u32>, tell: impl Fn() + 'static) {
    let app = dom::window()
        .document()
        .and_then(|d| d.get_element_by_id("app"));
    let Some(app) = app else { return };
    let measured = app.clone();
    let measure = Closure::<dyn FnMut(JsValue)>::new(move |_| {
        let needed = measured.get_bounding_client_rect().height().ceil() as u32;
        // A lower frame would show a picture only.
        let needed = needed.max(MIN_HEIGHT);
        if height.get_value() != needed {
            height.set_value(needed);
            tell();
        }
    });
    if let Ok(observer) = web_sys::ResizeObserver::new(measure.as_ref().unchecked_ref()) {
        observer.observe(&app);
        // Both live as long as the page.
        std::mem::forget((observer, measure));
    }
}

/// Tells every change after a pause.
fn notify(ctx: Ctx, host: Window) {
    let pending = StoredValue::new(None::<TimeoutHandle>);
    watch(
        move || url::encode(&ctx.link()),
        move |_| {
            let host = host.clone();
            let tell = move || post_state(ctx, &host);
            pending.update_value(|p| {
                if let Some(handle) = p.take() {
                    handle.clear();
                }
                *p = set_timeout_with_handle(tell, PAUSE).ok();
            });
        },
    );
}
