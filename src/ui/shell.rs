//! Frame around the panels: header, tabs, language, theme, notices of the link, keys, footer, live region.

use super::context::{Ctx, use_ctx};
use super::{clipboard, dom, link};
use crate::i18n::Lang;
use crate::params::url::{self, Notice, Panel, Theme};
use crate::ui::prelude::*;
use crate::units::format_sig;
use wasm_bindgen::JsCast;

/// Goes to another panel; the browser's Back returns.
pub fn go(ctx: Ctx, panel: Panel) {
    if ctx.panel.get_untracked() == panel {
        return;
    }
    let target = url::encode(&crate::params::url::Link {
        panel,
        ..untrack(|| ctx.link())
    });
    if let Ok(history) = dom::window().history() {
        let _ = history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&target));
    }
    ctx.notices.set(Vec::new());
    ctx.panel.set(panel);
    dom::window().scroll_to_with_x_and_y(0.0, 0.0);
}

fn next_theme(ctx: Ctx) {
    ctx.is_theme_chosen.set(true);
    ctx.theme.update(|t| {
        *t = match t {
            Theme::Auto => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::Auto,
        }
    });
}

fn other_lang(ctx: Ctx) {
    ctx.is_lang_chosen.set(true);
    ctx.lang
        .update(|l| *l = if *l == Lang::En { Lang::Zh } else { Lang::En });
}

/// Calls `act` with keys that are meant for the panel: no modifiers but Shift, and no field, list or (for Space and
/// Enter) button has the focus. Removed with the component that asks for it.
pub fn on_panel_key(ctx: Ctx, act: impl Fn(&str, bool) -> bool + 'static) {
    let handle = window_event_listener(leptos::ev::keydown, move |ev| {
        if !ctx.has_keys.get_untracked()
            || ev.ctrl_key()
            || ev.meta_key()
            || ev.alt_key()
            || ev.default_prevented()
        {
            return;
        }
        let element = ev
            .target()
            .and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let is_inside = |selector: &str| {
            element
                .as_ref()
                .is_some_and(|e| e.closest(selector).ok().flatten().is_some())
        };
        let key = ev.key();
        if is_inside("input:not([type=radio]):not([type=checkbox]), select, textarea, dialog") {
            return;
        }
        if matches!(key.as_str(), " " | "Enter")
            && is_inside("button, a, summary, label, input, [role=slider]")
        {
            return;
        }
        if act(&key, ev.shift_key()) {
            ev.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let ctx = use_ctx();
    let shows_keys = RwSignal::new(false);
    on_panel_key(ctx, move |key, _| {
        match key {
            "l" | "L" => other_lang(ctx),
            "d" | "D" => next_theme(ctx),
            "?" => shows_keys.set(true),
            _ => {
                let number = key.parse::<usize>().unwrap_or(0);
                match Panel::ALL.get(number.wrapping_sub(1)) {
                    Some(panel) => go(ctx, *panel),
                    None => return false,
                }
            }
        }
        true
    });
    view! {
        <a class="skip" href="#content" on:click=move |ev| {
            // The fragment belongs to the state, so the jump is made by hand.
            ev.prevent_default();
            if let Some(main) = dom::window().document().and_then(|d| d.get_element_by_id("content")) {
                let _ = main.unchecked_ref::<web_sys::HtmlElement>().focus();
            }
        }>{ctx.t(|s| s.shell.skip_to_content)}</a>
        <header class="header">
            <a class="brand" href="#/curves" on:click=move |ev| { ev.prevent_default(); go(ctx, Panel::Curves); }>
                <strong>"Critical Batch"</strong>
                <span class="tagline">{ctx.t(|s| s.shell.tagline)}</span>
            </a>
            <nav class="tabs" aria-label=ctx.t(|s| s.shell.navigation)>
                {Panel::ALL.into_iter().enumerate().map(|(i, panel)| view! {
                    <a
                        class="tab"
                        data-testid=format!("tab-{}", panel.key())
                        href=move || url::encode(&url::Link { panel, ..ctx.link() })
                        aria-current=move || (ctx.panel.get() == panel).then_some("page")
                        on:click=move |ev| {
                            if !(ev.ctrl_key() || ev.meta_key() || ev.shift_key()) {
                                ev.prevent_default();
                                go(ctx, panel);
                            }
                        }
                    >{move || ctx.s().shell.panels[i]}</a>
                }).collect_view()}
            </nav>
            <div class="header-tools">
                <CopyLink />
                <button type="button" class="button" data-testid="lang" lang=move || if ctx.lang.get() == Lang::En { "zh-Hans" } else { "en" }
                    title=ctx.t(|s| s.shell.switch_language) on:click=move |_| other_lang(ctx)>
                    {ctx.t(|s| s.shell.other_language)}
                </button>
                <button type="button" class="button icon" data-testid="theme"
                    aria-label=move || {
                        let s = &ctx.s().shell;
                        format!("{}{}{}", s.theme, ctx.s().colon, s.themes[ctx.theme.get() as usize])
                    }
                    title=move || {
                        let s = &ctx.s().shell;
                        format!("{}{}{}", s.theme, ctx.s().colon, s.themes[ctx.theme.get() as usize])
                    }
                    on:click=move |_| next_theme(ctx)>
                    {move || match ctx.theme.get() { Theme::Auto => "◐", Theme::Light => "☀", Theme::Dark => "☾" }}
                </button>
                <button type="button" class="button icon keys-button" data-testid="keys" aria-label=ctx.t(|s| s.shell.keys)
                    title=ctx.t(|s| s.shell.keys) on:click=move |_| shows_keys.set(true)>"?"</button>
            </div>
        </header>
        <Notices />
        <main id="content" tabindex="-1">{children()}</main>
        <footer class="footer">
            <span>{ctx.t(|s| s.shell.footer)}</span>
            " "
            <super::save::OpenSaved />
            <a href="#/about" on:click=move |ev| { ev.prevent_default(); go(ctx, Panel::About); }>{ctx.t(|s| s.shell.sources)}</a>
            <super::offline::OfflineState />
            <span class="version">{concat!("v", env!("CARGO_PKG_VERSION"))}</span>
        </footer>
        <p class="visually-hidden" role="status" aria-live="polite" data-testid="live">{move || ctx.announcement.get()}</p>
        <Show when=move || shows_keys.get()>
            <Keys close=move || shows_keys.set(false) />
        </Show>
    }
}

#[component]
fn CopyLink() -> impl IntoView {
    let ctx = use_ctx();
    let outcome = RwSignal::new(None::<bool>);
    let address = RwSignal::new(String::new());
    let copy = move |_| {
        let text = untrack(|| link::full(&ctx));
        address.set(text.clone());
        let done = move |is_done| {
            outcome.set(Some(is_done));
            if is_done {
                set_timeout(move || outcome.set(None), std::time::Duration::from_secs(4));
            } else {
                clipboard::select("link-text");
            }
        };
        clipboard::copy(text, Box::new(done));
    };
    let is_refused = move || outcome.get() == Some(false);
    view! {
        <span class="copy">
            <button type="button" class="button" data-testid="copy-link" on:click=copy>
                <svg class="copy-sign" viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
                    <path d="M5.5 5.5h9v9h-9zM2 10.5V1.5h9" fill="none" stroke="currentColor" stroke-width="1.5" />
                </svg>
                <span class="copy-text">{ctx.t(|s| s.shell.copy_link)}</span>
            </button>
            <span class="toast" role="status" class:shown=move || outcome.get().is_some() class:kept=is_refused>
                {move || outcome.get().map_or("", |ok| if ok { ctx.s().shell.link_copied } else { ctx.s().shell.copy_failed })}
                // Stays until it has been copied by hand.
                <span class="link-text" data-testid="link-text" hidden=move || !is_refused()>{move || address.get()}</span>
                <button type="button" class="button small" data-testid="link-text-close" hidden=move || !is_refused()
                    on:click=move |_| outcome.set(None)>{ctx.t(|s| s.shell.close)}</button>
            </span>
        </span>
    }
}

fn notice_text(ctx: Ctx, notice: &Notice) -> String {
    let s = ctx.s();
    let n = |v: f64| format_sig(v, 6, s.grouping);
    match notice {
        Notice::Clamped {
            key,
            given,
            used,
            min,
            max,
        } => (s.notice.clamped)(key, given, &n(*used), &n(*min), &n(*max)),
        Notice::Unreadable { key, given } => (s.notice.unreadable)(key, given),
        Notice::UnknownPanel { given } => (s.notice.unknown_panel)(given),
        Notice::OtherVersion { given } => (s.notice.other_version)(given),
        Notice::UnknownFile { given } => (s.notice.unknown_file)(given),
        Notice::TooLong => s.notice.too_long.to_owned(),
    }
}

#[component]
fn Notices() -> impl IntoView {
    let ctx = use_ctx();
    view! {
        <Show when=move || !ctx.notices.get().is_empty()>
            <section class="notices" data-testid="notices">
                <p><strong>{ctx.t(|s| s.notice.title)}</strong></p>
                <ul>
                    {move || ctx.notices.get().iter().map(|n| view! { <li>{notice_text(ctx, n)}</li> }).collect_view()}
                </ul>
                <button type="button" class="button" on:click=move |_| ctx.notices.set(Vec::new())>
                    {ctx.t(|s| s.notice.dismiss)}
                </button>
            </section>
        </Show>
    }
}

#[component]
fn Keys(close: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let ctx = use_ctx();
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    effect(move || {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    view! {
        <dialog class="dialog" node_ref=dialog aria-label=ctx.t(|s| s.shell.keys_title) on:close=move |_| close()>
            <h2>{ctx.t(|s| s.shell.keys_title)}</h2>
            <dl class="keys">
                {move || ctx.s().shell.key_list.iter().map(|(key, what)| view! {
                    <div><dt><kbd>{*key}</kbd></dt><dd>{*what}</dd></div>
                }).collect_view()}
            </dl>
            <label class="check">
                <input type="checkbox" prop:checked=move || ctx.has_keys.get()
                    on:change:target=move |ev| ctx.has_keys.set(ev.target().checked()) />
                {ctx.t(|s| s.shell.keys_off)}
            </label>
            <button type="button" class="button primary" on:click=move |_| close()>{ctx.t(|s| s.shell.close)}</button>
        </dialog>
    }
}
