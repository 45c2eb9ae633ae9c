//! Code for the reader's own training job: choose a format, look, copy, save.

use super::context::use_ctx;
use super::{clipboard, dom};
use crate::export::code::Format;
use crate::i18n::Strings;
use crate::ui::controls::Help;
use crate::ui::panels::later::fetch_programs;
use crate::ui::prelude::*;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// Writes a format for one of the jobs; `None` where that does not exist.
pub type Write = Arc<dyn Fn(Format, usize) -> Option<String> + Send + Sync>;
/// Names of the jobs that can be written.
pub type Names = Arc<dyn Fn() -> Vec<String> + Send + Sync>;

/// Folded away at first; nothing is written before it is opened.
#[component]
pub fn Code(
    formats: &'static [Format],
    write: Write,
    #[prop(optional)] names: Option<Names>,
    /// Why there may be nothing to write.
    #[prop(optional)]
    missing: Option<fn(&'static Strings) -> &'static str>,
) -> impl IntoView {
    let ctx = use_ctx();
    let is_open = RwSignal::new(false);
    let format = RwSignal::new(0_usize);
    let job = RwSignal::new(0_usize);
    let chosen = move || formats[format.get().min(formats.len() - 1)];
    // Whether the part has come that writes programs; unknown while it is on its way.
    let has_part = RwSignal::new(None::<bool>);
    let needs_part = move || is_open.get() && chosen().is_program() && has_part.get() != Some(true);
    let fetch = move || {
        has_part.set(None);
        spawn_local(async move { has_part.set(Some(fetch_programs().await.is_ok())) });
    };
    let is_asked = Memo::new(move |_| needs_part());
    effect(move || {
        if is_asked.get() {
            fetch();
        }
    });
    let text = Memo::new(move |_| {
        let can_write = is_open.get() && !needs_part();
        can_write.then(|| write(chosen(), job.get())).flatten()
    });
    let why_none = move || {
        let s = ctx.s();
        match has_part.get() {
            _ if !needs_part() => missing.map_or(s.code.unavailable, |missing| missing(s)),
            Some(false) => s.code.not_fetched,
            _ => s.code.fetching,
        }
    };
    // Whether the clipboard took the present text; unknown before it was asked to.
    let is_copied = RwSignal::new(None::<bool>);
    watch(move || text.get(), move |_| is_copied.set(None));
    let copy = move |text: String| {
        let done = move |is_done| {
            is_copied.set(Some(is_done));
            if !is_done {
                clipboard::select("code-text");
            }
        };
        clipboard::copy(text, Box::new(done));
    };
    let name = move |f: Format| move || ctx.s().code.formats[f as usize];
    let help = Help::new("code", |c| c.s().code.title, |c| c.s().code.help);
    view! {
        <details class="code" data-testid="code-details" on:toggle:target=move |ev| is_open.set(ev.target().has_attribute("open"))>
            <summary>{ctx.t(|s| s.code.title)}</summary>
            <div class="code-tools control">
                <select data-testid="code-format" aria-label=ctx.t(|s| s.code.format)
                    on:change:target=move |ev| format.set(usize::try_from(ev.target().selected_index()).unwrap_or(0))>
                    {formats.iter().map(|f| view! { <option value=f.file_name()>{name(*f)}</option> }).collect_view()}
                </select>
                {names.map(|names| view! {
                    <select data-testid="code-job" aria-label=ctx.t(|s| s.code.lane)
                        on:change:target=move |ev| job.set(usize::try_from(ev.target().selected_index()).unwrap_or(0))>
                        {move || names().into_iter().enumerate().map(|(i, name)| view! {
                            <option value=i.to_string() prop:selected=move || job.get() == i>{name}</option>
                        }).collect_view()}
                    </select>
                })}
                <button type="button" class="button" data-testid="code-copy" disabled=move || text.with(Option::is_none)
                    on:click=move |_| if let Some(text) = text.get_untracked() { copy(text) }>{ctx.t(|s| s.code.copy)}</button>
                <button type="button" class="button" data-testid="code-save" disabled=move || text.with(Option::is_none)
                    on:click=move |_| if let Some(text) = text.get_untracked() {
                        dom::download(untrack(chosen).file_name(), "text/plain", &text);
                    }>{ctx.t(|s| s.code.save)}</button>
                {help.button()}
                {help.text()}
            </div>
            <p class="note" role="status" data-testid="code-copied" hidden=move || is_copied.get().is_none()>
                {move || is_copied.get().map_or("", |ok| if ok { ctx.s().code.copied } else { ctx.s().shell.copy_failed })}
            </p>
            <p class="note" data-testid="code-missing" hidden=move || !is_open.get() || text.with(Option::is_some)>{why_none}</p>
            <button type="button" class="button" data-testid="code-fetch-again" hidden=move || !needs_part() || has_part.get() != Some(false)
                on:click=move |_| fetch()>{ctx.t(|s| s.shell.fetch_again)}</button>
            <pre class="code-text" data-testid="code-text" tabindex="0" hidden=move || text.with(Option::is_none)>
                // What is to be copied by hand is shown whole.
                {move || { let text = text.get().unwrap_or_default(); if is_copied.get() == Some(false) { text } else { shown(&text) } }}
            </pre>
        </details>
    }
}

/// A self-contained program holds its data; on screen such long lines are cut, in the file they are whole.
fn shown(text: &str) -> String {
    const WIDTH: usize = 160;
    let cut = |line: &str| match line.char_indices().nth(WIDTH) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    };
    text.lines().map(cut).collect::<Vec<_>>().join("\n")
}
