//! The Share dialog: the link, the panel as a frame, the citation.

mod copy_box;
mod embed_tab;

use super::{dom, link};
use crate::export::citation;
use crate::params::url::Panel;
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::prelude::*;
use crate::units::format_count;
use copy_box::copy_box;
use wasm_bindgen::JsCast;

/// Longer links are cut by some programs.
const SAFE_LENGTH: usize = 2000;

#[component]
pub fn Share(close: Callback<()>) -> impl IntoView {
    let ctx = use_ctx();
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let tab = RwSignal::new(0_usize);
    effect(move || {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    // Closing, unlike removing, gives the focus back.
    let shut = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let go_to = move |ev: web_sys::KeyboardEvent| {
        let by = match ev.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => 2,
            _ => return,
        };
        ev.prevent_default();
        tab.update(|tab| *tab = (*tab + by) % 3);
        let name = format!("share-tab-{}", tab.get_untracked());
        let document = dom::window().document();
        let chosen = document.and_then(|d| d.get_element_by_id(&name));
        if let Some(chosen) = chosen.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = chosen.focus();
        }
    };
    view! {
        <dialog class="dialog share" node_ref=dialog data-testid="share-dialog" aria-label=ctx.t(|s| s.share.title) on:close=move |_| close.run(())>
            <div class="share-head">
                <h2>{ctx.t(|s| s.share.title)}</h2>
                <button type="button" class="button" data-testid="share-close" on:click=shut>{ctx.t(|s| s.shell.close)}</button>
            </div>
            <div class="share-tabs" role="tablist" aria-label=ctx.t(|s| s.share.title) on:keydown=go_to>
                {(0..3).map(|i| view! {
                    <button type="button" class="share-tab" role="tab" id=format!("share-tab-{i}") data-testid=format!("share-tab-{i}")
                        aria-selected=move || (tab.get() == i).to_string() aria-controls="share-body"
                        tabindex=move || if tab.get() == i { "0" } else { "-1" }
                        on:click=move |_| tab.set(i)>{move || ctx.s().share.tabs[i]}</button>
                }).collect_view()}
            </div>
            <div id="share-body" class="share-body" role="tabpanel" aria-labelledby=move || format!("share-tab-{}", tab.get())>
                {move || match tab.get() {
                    0 => link_tab(ctx),
                    1 => embed_tab::embed_tab(ctx),
                    _ => citation_tab(ctx),
                }}
            </div>
        </dialog>
    }
}

/// Six digits over the results on screen; the panels carry them on their root.
fn digest() -> Option<String> {
    let document = dom::window().document()?;
    let root = document.query_selector("main [data-digest]").ok()??;
    root.get_attribute("data-digest")
}

fn link_tab(ctx: Ctx) -> AnyView {
    let address = Signal::derive(move || link::live(&ctx));
    let length = move || address.get().chars().count();
    let number = move |n: usize| format_count(n as u64, ctx.s().grouping);
    let panel = ctx.panel.get_untracked();
    let has_digest = matches!(panel, Panel::Race | Panel::Sweep | Panel::Noise);
    let digest = digest();
    let has_none = has_digest && digest.is_none();
    view! {
        <p>{ctx.t(|s| s.share.link_help)}</p>
        {copy_box(ctx, "link", ctx.t(|s| s.share.link), address, 3)}
        <p class="note" data-testid="share-count" data-value=move || length().to_string()>{move || (ctx.s().share.count)(&number(length()))}</p>
        <p class="aside warn" data-testid="share-long" hidden=move || length() <= SAFE_LENGTH>{move || (ctx.s().share.too_long)(&number(SAFE_LENGTH))}</p>
        <p class="note" hidden=panel != Panel::Runs>{ctx.t(|s| s.share.runs_stay)}</p>
        <p class="note" hidden=!has_digest>{move || (ctx.s().share.reproducible)(env!("CARGO_PKG_VERSION"))}</p>
        <p class="note" hidden=!has_none>{ctx.t(|s| s.share.no_digest)}</p>
        {digest.map(|digest| view! {
            <p>{ctx.t(|s| s.race.digest)}" "<span class="digest" data-testid="share-digest">{digest}</span></p>
        })}
    }
    .into_any()
}

fn citation_tab(ctx: Ctx) -> AnyView {
    let tool = Signal::derive(move || citation::tool(&link::page(&ctx)));
    let sources = Signal::derive(move || citation::of_panel(ctx.panel.get()));
    view! {
        {copy_box(ctx, "cite-tool", ctx.t(|s| s.share.cite_tool), tool, 6)}
        {copy_box(ctx, "cite-sources", ctx.t(|s| s.share.cite_sources), sources, 14)}
    }
    .into_any()
}
