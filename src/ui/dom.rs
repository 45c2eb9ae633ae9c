//! Thin wrappers over browser functions that may be missing or refuse: storage, media queries, timers, frames.

use crate::ui::prelude::*;
use crate::worker::steady::Steady;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, Window};

#[wasm_bindgen]
extern "C" {
    /// Address of the module that wasm-bindgen generates, in the top folder of the site.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static GLUE_URL: String;
}

/// Address of a file in the top folder of the site, whichever page of it is open.
pub fn beside_module(name: &str) -> String {
    GLUE_URL.with(|base| {
        // An address against an absolute one is always an address.
        web_sys::Url::new_with_base(name, base).map_or_else(|_| name.to_owned(), |url| url.href())
    })
}

/// The window; `start` has made sure that there is one.
pub fn window() -> Window {
    web_sys::window().expect("the page has a window")
}

/// The root element.
pub fn root() -> HtmlElement {
    window()
        .document()
        .and_then(|d| d.document_element())
        .and_then(|e| e.dyn_into().ok())
        .expect("an HTML document has a root element")
}

/// Sets or removes an attribute of the root element.
pub fn set_root(name: &str, value: Option<&str>) {
    // Setting a valid attribute name cannot fail.
    let _ = match value {
        Some(value) => root().set_attribute(name, value),
        None => root().remove_attribute(name),
    };
}

/// Reads a stored choice. Storage is optional: in a sandboxed frame the very access throws.
pub fn stored(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Stores a choice where storage exists.
pub fn store(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or forbidden storage only means that the choice is asked again next time.
        let _ = storage.set_item(key, value);
    }
}

/// Calls `act` whenever a media query changes, for the life of the page.
pub fn on_media_change(query: &str, act: impl Fn() + 'static) {
    if let Ok(Some(list)) = window().match_media(query) {
        let closure = Closure::<dyn Fn()>::new(act);
        list.set_onchange(Some(closure.as_ref().unchecked_ref()));
        closure.forget();
        // The list must stay alive to go on telling.
        std::mem::forget(list);
    }
}

/// Whether the page stands in a frame of another.
pub fn is_framed() -> bool {
    let top = window().top().ok().flatten();
    top.is_none_or(|top| top != window())
}

/// Calls `act` whenever an element is told of an event that does not bubble, for the life of the page.
pub fn on_captured(name: &str, act: impl Fn() + 'static) {
    let closure = Closure::<dyn Fn()>::new(act);
    let function: &js_sys::Function = closure.as_ref().unchecked_ref();
    // It fails for no valid name of an event.
    let _ = window().add_event_listener_with_callback_and_bool(name, function, true);
    closure.forget();
}

/// Milliseconds since the page was opened. Never runs backwards.
pub fn now_ms() -> f64 {
    thread_local! {
        static CLOCK: Steady = const { Steady::new() };
    }
    CLOCK.with(|clock| clock.at(window().performance().map_or(0.0, |p| p.now())))
}

/// Calls `act` in the next animation frame.
pub fn next_frame(act: impl FnOnce() + 'static) {
    request_animation_frame(act);
}

/// Longest wait for the first paint, in ms; a hidden page does not paint at all.
const PAINT_PATIENCE: Duration = Duration::from_millis(500);

/// Calls `act` when the browser has painted what stands in the document, at once if it has already.
pub fn after_first_paint(act: impl FnOnce() + 'static) {
    let has_painted = window().performance().is_some_and(|performance| {
        performance
            .get_entries_by_name("first-contentful-paint")
            .length()
            > 0
    });
    if has_painted {
        return act();
    }
    let act = Rc::new(Cell::new(Some(act)));
    let twin = Rc::clone(&act);
    // A frame's callbacks come before its paint, so a task after them comes behind it.
    next_frame(move || set_timeout(move || call_once(&act), Duration::ZERO));
    set_timeout(move || call_once(&twin), PAINT_PATIENCE);
}

fn call_once(act: &Cell<Option<impl FnOnce()>>) {
    if let Some(act) = act.take() {
        act();
    }
}

/// Whether the page has an origin of its own that nothing else shares: a sandboxed frame without `allow-same-origin`.
pub fn is_opaque() -> bool {
    let origin = js_sys::Reflect::get(&window(), &"origin".into());
    origin.is_ok_and(|origin| origin.as_string().as_deref() == Some("null"))
}

/// Offers `bytes` as a download.
pub fn download(name: &str, mime: &str, text: &str) {
    let parts = js_sys::Array::of1(&text.into());
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(mime);
    if let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options) {
        download_blob(name, &blob);
    }
}

/// Offers a blob as a download.
pub fn download_blob(name: &str, blob: &web_sys::Blob) {
    let Ok(url) = web_sys::Url::create_object_url_with_blob(blob) else {
        return;
    };
    let link = window()
        .document()
        .and_then(|d| d.create_element("a").ok())
        .and_then(|e| e.dyn_into::<web_sys::HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    // The download has its own reference by the time the timer fires.
    set_timeout(
        move || drop(web_sys::Url::revoke_object_url(&url)),
        Duration::from_secs(10),
    );
}

/// Calls `act` with whether the page is hidden, whenever that changes, until the present owner is gone.
pub fn on_visibility(act: impl Fn(bool) + 'static) {
    let Some(document) = window().document() else {
        return;
    };
    let watched = document.clone();
    let on_change = Closure::<dyn Fn()>::new(move || act(watched.hidden()));
    let function: &js_sys::Function = on_change.as_ref().unchecked_ref();
    // It fails for no valid name of an event.
    let _ = document.add_event_listener_with_callback("visibilitychange", function);
    let kept = StoredValue::new((document, on_change));
    on_cleanup(move || {
        kept.try_update_value(|(document, on_change)| {
            let function: &js_sys::Function = on_change.as_ref().unchecked_ref();
            let _ = document.remove_event_listener_with_callback("visibilitychange", function);
        });
    });
}
