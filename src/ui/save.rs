//! What can be saved: charts as PNG and SVG with title, parameters and link; tables as CSV and JSON; and the way back,
//! from a saved file to the screen it was saved from.

use super::chart_view::Picture;
use super::context::{Ctx, use_ctx};
use super::{dom, link};
use crate::chart::canvas;
use crate::chart::palette::{Palette, Theme};
use crate::chart::sheet::{self, Sheet};
use crate::export::json;
use crate::params::defs::{ParamId, Params, Value};
use crate::params::url::{self, Notice, Panel};
use crate::ui::controls::number_text;
use crate::ui::prelude::*;
use std::sync::Arc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Size of a saved chart in CSS pixels, without the texts around it.
const SIZE: (f64, f64) = (900.0, 460.0);
/// Bitmap pixels per CSS pixel of a PNG.
const DENSITY: f64 = 2.0;

/// Makes the text of a table; called when it is asked for.
pub type MakeCsv = Arc<dyn Fn() -> String + Send + Sync>;

/// The controls that a saved chart names in full; its link holds the rest.
fn named(panel: Panel) -> &'static [ParamId] {
    use ParamId as P;
    match panel {
        Panel::Curves => &[
            P::Family,
            P::BaseBatch,
            P::BaseLr,
            P::Batch,
            P::CriticalBatch,
        ],
        Panel::Race => &[
            P::Task,
            P::Optimizer,
            P::BaseBatch,
            P::BaseLr,
            P::Batch,
            P::Seed,
        ],
        Panel::Sweep => &[P::Task, P::Optimizer, P::SweepMetric, P::Seed],
        Panel::Noise => &[P::LabBatch, P::LabNoise, P::LabRatio, P::LabLr],
        Panel::Runs => &[P::RunsOptimizer, P::AskedBatch],
        Panel::Calc | Panel::About => &[],
    }
}

/// "Base batch 256 · Base learning rate 0.1"
fn parameters<S: Params>(ctx: Ctx, state: RwSignal<S>, ids: &[ParamId]) -> String {
    let s = ctx.s_now();
    let texts: Vec<String> = ids
        .iter()
        .map(|&id| {
            let value = match state.with_untracked(|state| state.at(id)) {
                Value::Choice(i) => (s.choice)(id, i).to_owned(),
                value => number_text(s, value.number()),
            };
            format!("{} {value}", (s.param)(id).label)
        })
        .collect();
    texts.join(" · ")
}

fn sheet(ctx: Ctx, title: String, legend: Option<String>) -> Sheet {
    let panel = ctx.panel.get_untracked();
    let ids = named(panel);
    let parameters = match panel {
        Panel::Curves => parameters(ctx, ctx.curves, ids),
        Panel::Noise => parameters(ctx, ctx.noise, ids),
        Panel::Runs => parameters(ctx, ctx.runs, ids),
        _ => parameters(ctx, ctx.race, ids),
    };
    Sheet {
        title,
        notes: legend
            .into_iter()
            .chain([parameters, link::full(&ctx)])
            .collect(),
    }
}

/// The heading of the figure around a button.
fn heading(ev: &web_sys::MouseEvent) -> String {
    let button = ev
        .current_target()
        .and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    button
        .and_then(|b| b.closest("figure, section").ok().flatten())
        .and_then(|figure| figure.query_selector("h2, h3").ok().flatten())
        .and_then(|heading| heading.text_content())
        .unwrap_or_default()
}

fn file_name(ctx: Ctx, test_id: &str, ending: &str) -> String {
    let (batch, seed) = ctx.race.with_untracked(|s| (s.batch, s.seed));
    match ctx.panel.get_untracked() {
        Panel::Race => format!("lr-batch_{test_id}_b{batch}_seed{seed}.{ending}"),
        Panel::Sweep => format!("lr-batch_{test_id}_seed{seed}.{ending}"),
        _ => format!("lr-batch_{test_id}.{ending}"),
    }
}

/// Draws the chart with its texts on a canvas of its own and hands that over as a PNG file.
fn save_png(
    scene: &crate::chart::scene::Scene,
    sheet: &Sheet,
    palette: &Palette,
    name: String,
) -> Option<()> {
    let document = dom::window().document()?;
    let canvas = || -> Option<web_sys::HtmlCanvasElement> {
        document.create_element("canvas").ok()?.dyn_into().ok()
    };
    let (chart, whole) = (canvas()?, canvas()?);
    canvas::paint_on(&chart, scene, palette, SIZE.0, SIZE.1, DENSITY);
    canvas::paint_sheet(&whole, &chart, sheet, palette, SIZE, DENSITY)?;
    let done = Closure::once_into_js(move |blob: JsValue| {
        if let Ok(blob) = blob.dyn_into::<web_sys::Blob>() {
            dom::download_blob(&name, &blob);
        }
    });
    whole.to_blob(done.unchecked_ref()).ok()
}

/// Buttons that save one chart, and its numbers where it has a table.
#[component]
pub fn Save(
    /// Of the chart; the buttons are named after it.
    test_id: &'static str,
    /// Without one a table alone is saved.
    #[prop(optional)]
    picture: Option<Picture>,
    /// What the signs mean that have no name in the chart itself.
    #[prop(optional)]
    legend: Option<fn(Ctx) -> String>,
    #[prop(optional)] csv: Option<MakeCsv>,
    /// While there is nothing to save.
    #[prop(optional)]
    is_empty: Option<Memo<bool>>,
) -> impl IntoView {
    let ctx = use_ctx();
    if dom::is_opaque() {
        // A frame that may not share the site's origin may not save files either.
        return view! {
            <a class="downloads" data-testid=format!("{test_id}-elsewhere") target="_blank" rel="noopener"
                title=ctx.t(|s| s.frame.save_elsewhere_help) href=move || link::live(&ctx)>{ctx.t(|s| s.frame.save_elsewhere)}" ↗"</a>
        }
        .into_any();
    }
    let has_chart = picture.is_some();
    let chart = StoredValue::new(picture);
    let save_chart = move |ev: web_sys::MouseEvent, is_png: bool| {
        let palette = Palette::from_css(include_str!("../../style/tokens.css"), Theme::Light);
        let scene = untrack(|| chart.with_value(|p| p.as_ref().map(|picture| picture(false))));
        let Some(scene) = scene else { return };
        let sheet = sheet(ctx, heading(&ev), legend.map(|say| untrack(|| say(ctx))));
        // A browser that gives no canvas saves what it can.
        if !(is_png && save_png(&scene, &sheet, &palette, file_name(ctx, test_id, "png")).is_some())
        {
            let text = sheet::to_svg(&scene, &sheet, SIZE.0, SIZE.1, &palette);
            dom::download(&file_name(ctx, test_id, "svg"), "image/svg+xml", &text);
        }
    };
    let has_table = csv.is_some();
    let table = StoredValue::new(csv);
    let save_table = move |is_json: bool| {
        let text = untrack(|| table.with_value(|csv| csv.as_ref().map(|make| make())));
        let text = text.unwrap_or_default();
        let (ending, mime) = if is_json {
            ("json", "application/json")
        } else {
            ("csv", "text/csv")
        };
        let text = if is_json { json::from_csv(&text) } else { text };
        dom::download(&file_name(ctx, test_id, ending), mime, &text);
    };
    let button = move |ending: &'static str,
                       name: fn(&'static crate::i18n::Strings) -> &'static str| {
        view! {
            <button type="button" class="button small" data-testid=format!("{test_id}-{ending}") disabled=move || is_empty.is_some_and(|e| e.get())
                on:click=move |ev| match ending {
                    "png" | "svg" => save_chart(ev, ending == "png"),
                    _ => save_table(ending == "json"),
                }>{ctx.t(name)}</button>
        }
    };
    view! {
        <span class="downloads" role="group" aria-label=ctx.t(|s| s.chart.download)>
            {has_chart.then(|| view! { {button("png", |s| s.chart.png)} {button("svg", |s| s.chart.svg)} })}
            {has_table.then(|| view! { {button("csv", |s| s.chart.csv)} {button("json", |s| s.chart.json)} })}
        </span>
    }
    .into_any()
}

/// Shows the screen that a text was saved from; false if it was not saved by this page.
pub fn restore(ctx: Ctx, text: &str) -> bool {
    let Some(fragment) = json::saved_fragment(text) else {
        return false;
    };
    let (link, notices) = url::decode(&fragment);
    super::shell::go(ctx, link.panel);
    ctx.follow(link, notices);
    true
}

/// Shows the screen that a file was saved from, or says why it cannot.
fn open(ctx: Ctx, file: web_sys::File) {
    spawn_local(async move {
        let text = JsFuture::from(file.text())
            .await
            .ok()
            .and_then(|t| t.as_string());
        if !text.is_some_and(|text| restore(ctx, &text)) {
            ctx.notices
                .set(vec![Notice::UnknownFile { given: file.name() }]);
        }
    });
}

/// Lets a saved file be dropped anywhere on the page.
pub fn accept_drops(ctx: Ctx) {
    let has_files = |ev: &web_sys::DragEvent| {
        ev.data_transfer()
            .is_some_and(|data| data.types().includes(&"Files".into(), 0))
    };
    let over = window_event_listener(leptos::ev::dragover, move |ev| {
        // Without this the browser would leave the page for the file.
        if has_files(&ev) {
            ev.prevent_default();
        }
    });
    let dropped = window_event_listener(leptos::ev::drop, move |ev| {
        if ev.default_prevented() || !has_files(&ev) {
            return;
        }
        ev.prevent_default();
        let files = ev.data_transfer().and_then(|data| data.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            open(ctx, file);
        }
    });
    on_cleanup(move || {
        over.remove();
        dropped.remove();
    });
}

/// The same for who cannot drag: a button that asks for the file.
#[component]
pub fn OpenSaved() -> impl IntoView {
    let ctx = use_ctx();
    let picker = NodeRef::<leptos::html::Input>::new();
    view! {
        <button type="button" class="button small" data-testid="open-saved" title=ctx.t(|s| s.shell.open_saved_help)
            on:click=move |_| if let Some(picker) = picker.get_untracked() { picker.click() }>{ctx.t(|s| s.shell.open_saved)}</button>
        <input type="file" node_ref=picker data-testid="saved-file" accept=".json,.csv,.svg" hidden=true
            aria-label=ctx.t(|s| s.shell.open_saved)
            on:change:target=move |ev| {
                let picker = ev.target();
                if let Some(file) = picker.files().and_then(|files| files.get(0)) {
                    open(ctx, file);
                }
                // So that the same file can be chosen again.
                picker.set_value("");
            } />
    }
}
