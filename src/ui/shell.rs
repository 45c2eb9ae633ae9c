//! Frame around the panels: header, tabs, language, theme, notices of the link, keys, footer, live region.

use super::context::{Ctx, use_ctx};
use super::panels::later::{Part, share_dialog};
use super::{dom, link};
use crate::i18n::Lang;
use crate::params::url::{self, Notice, Panel, Theme};
use crate::ui::prelude::*;
use crate::units::format_sig;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

/// Goes to another panel; the browser's Back returns.
pub fn go(ctx: Ctx, panel: Panel) {
    if ctx.panel.get_untracked() == panel {
        return;
    }
    let target = url::encode(&crate::params::url::Link {
        panel,
        embed: None,
        ..untrack(|| ctx.link())
    });
    if ctx.embed.is_some() {
        // A frame shows one panel; another one opens as a page of our own, where the frame may open one.
        let address = link::page(&ctx) + &target;
        let _ = dom::window().open_with_url_and_target_and_features(&address, "_blank", "noopener");
        return;
    }
    if let Ok(history) = dom::window().history() {
        let _ = history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&target));
    }
    ctx.notices.set(Vec::new());
    ctx.panel.set(panel);
    dom::window().scroll_to_with_x_and_y(0.0, 0.0);
}

/// The panels with a tab, in the order of their names.
const TABS: [Panel; Panel::ALL.len() - 1] = {
    let [a, b, c, d, e, f, Panel::About] = Panel::ALL else {
        panic!("what the site is about comes last")
    };
    [a, b, c, d, e, f]
};

/// Address of a page beside the app (`examples/pages`), in the reader's language.
fn static_page(ctx: Ctx, folder: &str) -> String {
    let language = if ctx.lang.get() == Lang::Zh {
        "zh/"
    } else {
        ""
    };
    format!("{language}{folder}")
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

/// Opens the Share dialog once its code is there.
fn open_share(ctx: Ctx, is_open: RwSignal<bool>) {
    spawn_local(async move {
        if Part::Job.fetch().await.is_ok() {
            is_open.set(true);
        } else {
            ctx.notices.set(vec![Notice::NoShareDialog]);
        }
    });
}

#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let ctx = use_ctx();
    let shows_keys = RwSignal::new(false);
    let shares = RwSignal::new(false);
    on_panel_key(ctx, move |key, _| {
        match key {
            "l" | "L" => other_lang(ctx),
            "d" | "D" => next_theme(ctx),
            "s" | "S" => open_share(ctx, shares),
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
                // What it is about stands in the footer; the lessons are pages of their own.
                {TABS.into_iter().enumerate().map(|(i, panel)| view! {
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
                <a class="tab" data-testid="tab-learn" href=move || static_page(ctx, "learn/")>{ctx.t(|s| s.shell.learn)}</a>
            </nav>
            <div class="header-tools">
                <button type="button" class="button share-button" data-testid="share" on:click=move |_| open_share(ctx, shares)>
                    <svg class="copy-sign" viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
                        <path d="M10.5 5.5h3v9h-11v-9h3M8 10.5v-9M5 4l3-3 3 3" fill="none" stroke="currentColor" stroke-width="1.5" />
                    </svg>
                    <span class="copy-text">{ctx.t(|s| s.share.title)}</span>
                </button>
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
            <a href=move || static_page(ctx, "article/")>{ctx.t(|s| s.shell.article)}</a>
            <a href="#/about" data-testid="tab-about" on:click=move |ev| { ev.prevent_default(); go(ctx, Panel::About); }>{ctx.t(|s| s.shell.sources)}</a>
            <super::offline::OfflineState />
            <span class="version">{concat!("v", env!("CARGO_PKG_VERSION"))}</span>
        </footer>
        <p class="visually-hidden" role="status" aria-live="polite" data-testid="live">{move || ctx.announcement.get()}</p>
        <Show when=move || shows_keys.get()>
            <Keys close=move || shows_keys.set(false) />
        </Show>
        <Show when=move || shares.get()>{share_dialog(Callback::new(move |()| shares.set(false)))}</Show>
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
        Notice::NoShareDialog => s.share.not_fetched.to_owned(),
        Notice::UnknownControl { key, given } => (s.notice.unknown_control)(key, given),
        Notice::UnknownFile { given } => (s.notice.unknown_file)(given),
        Notice::TooLong => s.notice.too_long.to_owned(),
    }
}

#[component]
pub fn Notices() -> impl IntoView {
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
