//! Copying a text. Where the browser refuses, the text is selected on screen, so that the reader's own keys copy it.

use super::dom;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Copies `text` and tells `done` whether the clipboard has it.
pub fn copy(text: String, done: Box<dyn FnOnce(bool)>) {
    spawn_local(async move {
        // Outside a secure context the clipboard is missing altogether, and touching it throws.
        let navigator = dom::window().navigator();
        let has_clipboard =
            js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|c| c.is_object());
        let is_done = has_clipboard
            && JsFuture::from(navigator.clipboard().write_text(&text))
                .await
                .is_ok();
        done(is_done);
    });
}

/// Selects everything inside the element with this test id, once the present changes are on screen.
pub fn select(test_id: &'static str) {
    dom::next_frame(move || {
        let window = dom::window();
        let element = window.document().and_then(|document| {
            let found = document.query_selector(&format!("[data-testid={test_id}]"));
            found.ok().flatten()
        });
        if let (Some(element), Ok(Some(selection))) = (element, window.get_selection()) {
            // It fails for a document that is no longer shown.
            let _ = selection.select_all_children(&element);
        }
    });
}
