//! Paper is light: for the time of printing the page and its charts take the light theme.

use super::context::Ctx;
use super::dom;
use crate::params::url::Theme;
use crate::ui::prelude::*;

/// Attribute of the root element while the browser prints.
const PRINTING: &str = "data-printing";

pub fn is_printing() -> bool {
    dom::root().has_attribute(PRINTING)
}

/// Listens for the life of the page.
pub fn accept(ctx: Ctx) {
    let turn = move |is_on: bool| {
        let theme = match ctx.theme.get_untracked() {
            _ if is_on => Some(Theme::Light.key()),
            Theme::Auto => None,
            chosen => Some(chosen.key()),
        };
        dom::set_root(PRINTING, is_on.then_some(""));
        dom::set_root("data-theme", theme);
        ctx.colours.update(|n| *n += 1);
    };
    // Never removed: the handles go with the page.
    let _ = window_event_listener(leptos::ev::beforeprint, move |_| turn(true));
    let _ = window_event_listener(leptos::ev::afterprint, move |_| turn(false));
}
