//! A text to take along: shown whole, with a button that copies it, or selects it where the clipboard is refused.

use crate::ui::clipboard;
use crate::ui::context::Ctx;
use crate::ui::prelude::*;

/// `name` makes the test ids `share-NAME` and `copy-NAME`.
pub fn copy_box(
    ctx: Ctx,
    name: &'static str,
    label: impl Fn() -> &'static str + Copy + Send + 'static,
    text: Signal<String>,
    n_rows: u32,
) -> AnyView {
    let area = NodeRef::<leptos::html::Textarea>::new();
    // What is true of an older text is not said of a newer one.
    let said = RwSignal::new(None::<(bool, String)>);
    let copy = move |_| {
        let text = text.get_untracked();
        let copied = text.clone();
        let done = move |is_done| {
            if let (false, Some(area)) = (is_done, area.try_get_untracked().flatten()) {
                let _ = area.focus();
                area.select();
            }
            said.set(Some((is_done, copied)));
        };
        clipboard::copy(text, Box::new(done));
    };
    let outcome = move || {
        let (is_done, of) = said.get()?;
        let s = &ctx.s().share;
        (of == text.get()).then_some(if is_done { s.copied } else { s.refused })
    };
    let id = format!("share-{name}");
    view! {
        <div class="copy-box">
            <label class="control-label" for=id.clone()>{move || label()}</label>
            <textarea class="copy-text-box" id=id.clone() data-testid=id readonly=true spellcheck="false" rows=n_rows.to_string()
                node_ref=area prop:value=move || text.get()></textarea>
            <div class="copy-row">
                <button type="button" class="button primary" data-testid=format!("copy-{name}") on:click=copy>{ctx.t(|s| s.share.copy)}</button>
                <span class="note" role="status" data-testid=format!("copied-{name}")>{move || outcome()}</span>
            </div>
        </div>
    }
    .into_any()
}
