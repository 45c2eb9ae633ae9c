//! Root component: context, language and theme on the root element, the shell with its panel.

use super::context::Ctx;
use super::shell::Shell;
use super::stage::Stage;
use super::{dom, link, print, save};
use crate::i18n::{Lang, strings};
use crate::params::url::{self, Panel, Theme};
use crate::ui::prelude::*;
use wasm_bindgen::JsCast;

const LANG_KEY: &str = "critical-batch-lang";
/// Also read by `early.js` before the first paint.
const THEME_KEY: &str = "critical-batch-theme";

/// Replaces the static first screen by the live page.
pub fn mount() {
    let host = dom::window()
        .document()
        .and_then(|d| d.get_element_by_id("app"));
    let Some(host) = host.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return;
    };
    host.set_inner_html("");
    mount_to(host, App).forget();
    dom::set_root("data-ready", Some(""));
}

fn preferred_lang() -> Lang {
    let tag = dom::stored(LANG_KEY)
        .or_else(|| dom::window().navigator().language())
        .unwrap_or_default();
    if tag.starts_with("zh") {
        Lang::Zh
    } else {
        Lang::En
    }
}

fn preferred_theme() -> Theme {
    match dom::stored(THEME_KEY).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::Auto,
    }
}

#[component]
fn App() -> impl IntoView {
    let (first, notices) = url::decode(&link::current());
    let ctx = Ctx::new(first, notices, preferred_lang(), preferred_theme());
    ctx.share();
    link::keep_in_step(ctx);
    save::accept_drops(ctx);
    print::accept(ctx);

    effect(move || {
        let s = strings(ctx.lang.get());
        dom::set_root("lang", Some(s.tag));
        if let Some(document) = dom::window().document() {
            let panel = ctx.panel.get();
            let name = s.shell.panels[Panel::ALL.iter().position(|p| *p == panel).unwrap_or(0)];
            document.set_title(&format!("{name} · Critical Batch"));
        }
    });
    watch(
        move || ctx.lang.get(),
        move |lang| dom::store(LANG_KEY, strings(*lang).tag),
    );
    effect(move || {
        let theme = ctx.theme.get();
        dom::set_root("data-theme", (theme != Theme::Auto).then(|| theme.key()));
        ctx.colours.update(|n| *n += 1);
    });
    watch(
        move || ctx.theme.get(),
        move |theme| dom::store(THEME_KEY, theme.key()),
    );
    // A browser that took a chart's surface away says when it has given it back; its picture is gone.
    dom::on_captured("contextrestored", move || ctx.colours.update(|n| *n += 1));
    for query in ["(prefers-color-scheme: dark)", "(forced-colors: active)"] {
        dom::on_media_change(query, move || ctx.colours.update(|n| *n += 1));
    }

    view! {
        <Shell>
            <Stage />
        </Shell>
    }
}
