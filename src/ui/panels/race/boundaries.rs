//! Decision boundaries of the spirals: what each lane has learned of the plane so far.

use super::session::Session;
use crate::chart::canvas::palette_from;
use crate::chart::palette::{Palette, Rgb};
use crate::chart::scene::Ink;
use crate::experiment::race::LaneKind;
use crate::params::race::{LANE_NAMES, TaskKind};
use crate::scenes::race::lane_style;
use crate::train::data::spirals;
use crate::train::spec::DecisionGrid;
use crate::ui::context::use_ctx;
use crate::ui::dom;
use crate::ui::prelude::*;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Bitmap pixels along a side.
const SIDE: u32 = 288;
/// Radius of a training point, in bitmap pixels.
const POINT: f64 = 2.2;
/// How much of a class's colour the background takes on where the class is certain.
const TINT: f64 = 0.55;

#[component]
pub fn Boundaries(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    view! {
        <Show when=move || session.shown.with(|s| s.task == TaskKind::Spirals)>
            <section class="boundary-section" data-testid="boundaries">
                <h2>{ctx.t(|s| s.race.boundary_title)}</h2>
                <div class="boundaries">
                    {LaneKind::ALL.into_iter().map(|kind| view! { <Boundary session kind /> }).collect_view()}
                </div>
                <p class="note">{ctx.t(|s| s.race.boundary_note)}</p>
            </section>
        </Show>
    }
}

/// The picture of a lane's first seed.
#[component]
fn Boundary(session: Session, kind: LaneKind) -> impl IntoView {
    let ctx = use_ctx();
    let canvas_ref = NodeRef::<leptos::html::Canvas>::new();
    let grid = Memo::new(move |_| {
        session.record.with(|record| {
            let i = record.plan.lanes.iter().position(|l| l.kind == kind)?;
            record.seeds(i).first()?.grid.clone()
        })
    });
    // Diverged so far that its network gives no numbers.
    let is_lost = move || grid.with(|g| g.as_ref().is_some_and(|g| g.class_one.is_empty()));
    let is_in = move || session.shown.with(|s| s.lanes & (1 << kind as u32) != 0);
    let is_asked = StoredValue::new(false);
    effect(move || {
        // Read, not only tracked: a memo that nobody reads never runs.
        grid.with(|_| ());
        ctx.colours.track();
        if canvas_ref.get().is_none() || is_asked.get_value() {
            return;
        }
        is_asked.set_value(true);
        dom::next_frame(move || {
            let Some(canvas) = canvas_ref.try_get_untracked().flatten() else {
                return;
            };
            is_asked.set_value(false);
            let palette = palette_from(&canvas);
            grid.try_with_untracked(|grid| paint(&canvas, grid.as_ref(), &palette));
        });
    });
    view! {
        <figure class="boundary" hidden=move || !is_in()>
            <canvas node_ref=canvas_ref width=SIDE.to_string() height=SIDE.to_string() role="img" data-testid=format!("boundary-{}", LANE_NAMES[kind as usize])
                data-painted=move || (grid.with(Option::is_some) && !is_lost()).to_string()
                aria-label=move || (ctx.s().race.boundary_alt)(ctx.s().race.lanes[kind as usize])></canvas>
            <p class="boundary-lost" data-testid=format!("boundary-{}-lost", LANE_NAMES[kind as usize]) hidden=move || !is_lost()>
                <span>{ctx.t(|s| s.race.boundary_lost)}</span></p>
            <figcaption><span class=format!("swatch swatch-{}", lane_style(kind).0.token())></span>{move || ctx.s().race.lanes[kind as usize]}</figcaption>
        </figure>
    }
}

fn css((r, g, b): Rgb) -> String {
    format!("rgb({r} {g} {b})")
}

fn mix(from: Rgb, to: Rgb, share: f64) -> Rgb {
    let channel = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share) as u8;
    (
        channel(from.0, to.0),
        channel(from.1, to.1),
        channel(from.2, to.2),
    )
}

/// Colours of the two classes.
fn classes(palette: &Palette) -> [Rgb; 2] {
    [palette.rgb(Ink::Sqrt), palette.rgb(Ink::Linear)]
}

fn context_of(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

/// The classes' colours, fading into the background where the network is undecided; the training points above.
fn paint(canvas: &HtmlCanvasElement, grid: Option<&DecisionGrid>, palette: &Palette) {
    let Some(context) = context_of(canvas) else {
        return;
    };
    let side = f64::from(SIDE);
    let background = palette.rgb(Ink::Background);
    context.set_fill_style_str(&css(background));
    context.fill_rect(0.0, 0.0, side, side);
    if let Some(grid) = grid
        && let Some(small) = picture(grid, palette)
    {
        // Smoothly enlarged by the browser.
        let _ =
            context.draw_image_with_html_canvas_element_and_dw_and_dh(&small, 0.0, 0.0, side, side);
    }
    let train = &spirals().train;
    for (class, colour) in classes(palette).into_iter().enumerate() {
        context.set_fill_style_str(&css(colour));
        for idx in 0..train.n_examples() {
            if usize::from(train.labels[idx]) == class {
                let point = train.example(idx);
                let at = |v: f32| side * 0.5 * (1.0 + f64::from(v) / f64::from(EXTENT));
                let (x, y) = (at(point[0]), at(-point[1]));
                context.fill_rect(x - POINT, y - POINT, 2.0 * POINT, 2.0 * POINT);
            }
        }
    }
}

/// Half the side of the plane that decision pictures show.
const EXTENT: f32 = crate::train::classifier::DECISION_EXTENT;

/// The grid as a small canvas, one pixel per point; `None` where there is no picture.
fn picture(grid: &DecisionGrid, palette: &Palette) -> Option<HtmlCanvasElement> {
    let background = palette.rgb(Ink::Background);
    let [zero, one] = classes(palette);
    let bytes: Vec<u8> = grid
        .class_one
        .iter()
        .flat_map(|p| {
            let p = f64::from(*p) / 255.0;
            let colour = if p < 0.5 { zero } else { one };
            let (r, g, b) = mix(background, colour, TINT * (2.0 * p - 1.0).abs());
            [r, g, b, 255]
        })
        .collect();
    let data =
        ImageData::new_with_u8_clamped_array_and_sh(Clamped(&bytes), grid.n_side, grid.n_side)
            .ok()?;
    let small: HtmlCanvasElement = dom::window()
        .document()?
        .create_element("canvas")
        .ok()?
        .dyn_into()
        .ok()?;
    small.set_width(grid.n_side);
    small.set_height(grid.n_side);
    context_of(&small)?.put_image_data(&data, 0.0, 0.0).ok()?;
    Some(small)
}
