//! Root component: context, language and theme on the root element, the shell with its panel.

use super::context::Ctx;
use super::frame::Frame;
use super::shell::Shell;
use super::stage::Stage;
use super::{dom, lesson, link, print, save};
use crate::i18n::{Lang, strings};
use crate::params::url::{Panel, Theme};
use crate::ui::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;

const LANG_KEY: &str = "critical-batch-lang";
/// Also read by `early.js` before the first paint.
const THEME_KEY: &str = "critical-batch-theme";

/// Replaces the static first screen by the live page.
///
/// A page by itself is built in tasks of their own, so that none keeps a slow phone from answering for long: behind the
/// module's start what stands around the panel, then the panel (`Stage`), both beside the document; then both go where
/// the static screen was, and what is further down follows (`Later`).
/// A frame, which measures itself, is built in its place.
pub fn mount() {
    let Some(document) = dom::window().document() else {
        return;
    };
    let host = document.get_element_by_id("app");
    let Some(host) = host.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return;
    };
    let apart = document
        .create_element("div")
        .ok()
        .and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
    let Some(apart) = apart.filter(|_| !is_built_in_place()) else {
        host.set_inner_html("");
        mount_to(host, App).forget();
        dom::set_root("data-ready", Some(""));
        return;
    };
    let place = {
        let apart = apart.clone();
        move || {
            host.set_inner_html("");
            while let Some(node) = apart.first_child() {
                // An element takes any node that another one held.
                let _ = host.append_child(&node);
            }
            dom::set_root("data-ready", Some(""));
        }
    };
    set_timeout(
        move || {
            mount_to(apart, App).forget();
            // Behind the timer of `Stage`.
            set_timeout(place, Duration::ZERO);
        },
        Duration::ZERO,
    );
}

/// Whether the page is built at once; see [`mount`].
pub fn is_built_in_place() -> bool {
    dom::is_framed()
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
    lesson::begin();
    let visit = lesson::visit();
    let (first, notices) = lesson::decode(&link::current());
    let lang = if visit.is_some() {
        lesson::lang()
    } else {
        preferred_lang()
    };
    let ctx = Ctx::new(first, notices, lang, preferred_theme());
    ctx.share();
    link::keep_in_step(ctx);
    print::accept(ctx);
    if let Some(embed) = &ctx.embed {
        // `early.js` has done so before the first paint, but for a link in the query.
        dom::set_root("data-embed", Some(embed.ui.key()));
    } else if visit.is_none() {
        save::accept_drops(ctx);
        remember_choices(ctx);
    }

    effect(move || {
        let s = strings(ctx.lang.get());
        dom::set_root("lang", Some(s.tag));
        if let (Some(document), None) = (dom::window().document(), visit) {
            let panel = ctx.panel.get();
            let name = s.shell.panels[Panel::ALL.iter().position(|p| *p == panel).unwrap_or(0)];
            document.set_title(&format!("{name} · Critical Batch"));
        }
    });
    effect(move || {
        let theme = ctx.theme.get();
        dom::set_root("data-theme", (theme != Theme::Auto).then(|| theme.key()));
        ctx.colours.update(|n| *n += 1);
    });
    // A browser that took a chart's surface away says when it has given it back; its picture is gone.
    dom::on_captured("contextrestored", move || ctx.colours.update(|n| *n += 1));
    for query in ["(prefers-color-scheme: dark)", "(forced-colors: active)"] {
        dom::on_media_change(query, move || ctx.colours.update(|n| *n += 1));
    }

    if let Some(visit) = visit {
        view! { <lesson::LessonFrame visit><Stage /></lesson::LessonFrame> }.into_any()
    } else if ctx.embed.is_some() {
        view! { <Frame><Stage /></Frame> }.into_any()
    } else {
        view! { <Shell><Stage /></Shell> }.into_any()
    }
}

/// Stores language and theme when the reader chooses them. Not in a frame, where the page around chooses.
fn remember_choices(ctx: Ctx) {
    watch(
        move || ctx.lang.get(),
        move |lang| dom::store(LANG_KEY, strings(*lang).tag),
    );
    watch(
        move || ctx.theme.get(),
        move |theme| dom::store(THEME_KEY, theme.key()),
    );
}
