//! A chart on the page: canvas below, and above it in HTML everything that can be touched: handles, crosshair, tooltip.

use super::context::use_ctx;
use super::{dom, print};
use crate::chart::canvas;
use crate::chart::layout::Layout;
use crate::chart::scene::Scene;
use crate::chart::svg::to_svg;
use crate::params::defs::ParamId;
use crate::ui::prelude::*;
use std::sync::Arc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Below this width of the chart, scenes leave out their notes.
const NARROW: f64 = 480.0;

/// Which way a handle moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    X,
    Y,
    Both,
}

/// What a handle's owner is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Drag {
    /// Remember where everything is.
    Begin,
    /// The pointer is at this place, in data coordinates.
    To(f64, f64),
    /// So many stops up (positive) or down; fine when Shift is held.
    Nudge {
        by: i32,
        is_fine: bool,
    },
    /// To the least or the largest value.
    Edge {
        is_max: bool,
    },
    /// Undo everything since `Begin`.
    Cancel,
    End,
}

/// Something in the picture that can be dragged; to the keyboard and to screen readers it is a slider.
#[derive(Clone)]
pub struct Handle {
    pub test_id: &'static str,
    /// The control that it moves, or the first of them.
    pub id: ParamId,
    pub along: Along,
    /// Extra class that gives its shape.
    pub class: &'static str,
    pub name: Signal<String>,
    /// (now, least, largest)
    pub value: Signal<(f64, f64, f64)>,
    pub text: Signal<String>,
    /// Where it stands, in data coordinates; infinite means the edge of the plot. `None` hides it.
    pub place: Signal<Option<(f64, f64)>>,
    pub act: Callback<Drag>,
}

/// A place in the picture that carries a value and a hint.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub test_id: &'static str,
    pub x: f64,
    pub y: f64,
    pub hint: String,
}

/// What the tooltip says at one place: a heading and rows of name and value.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub head: String,
    /// (colour token, name, value)
    pub rows: Vec<(&'static str, String, String)>,
}

/// How to build the scene; `true` asks for the one for narrow charts.
pub type Picture = Arc<dyn Fn(bool) -> Scene + Send + Sync>;
/// What stands at an x.
pub type Read = Arc<dyn Fn(f64) -> Reading + Send + Sync>;
/// The x values that the arrow keys visit, ascending.
pub type Stops = Arc<dyn Fn() -> Vec<f64> + Send + Sync>;
/// What a chart has above its canvas besides handles, given its scene and where that stands.
pub type Overlay = Arc<dyn Fn(Memo<Scene>, Memo<Layout>) -> AnyView + Send + Sync>;

#[component]
pub fn ChartView(
    test_id: &'static str,
    /// Accessible description, rebuilt from the values.
    #[prop(into)]
    summary: Signal<String>,
    picture: Picture,
    #[prop(optional)] handles: Vec<Handle>,
    #[prop(into, optional)] marks: Signal<Vec<Mark>>,
    /// Without it there is no crosshair.
    #[prop(optional)]
    read: Option<Read>,
    #[prop(optional)] stops: Option<Stops>,
    #[prop(optional)] overlay: Option<Overlay>,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let ctx = use_ctx();
    let frame = NodeRef::<leptos::html::Div>::new();
    let canvas_ref = NodeRef::<leptos::html::Canvas>::new();
    let size = RwSignal::new((0.0, 0.0));
    let is_narrow = Memo::new(move |_| size.get().0 < NARROW);
    let scene = Memo::new(move |_| picture(is_narrow.get()));
    let layout = Memo::new(move |_| {
        let (width, height) = size.get();
        scene.with(|s| s.layout(width, height))
    });

    watch_size(frame, size);

    // One draw per frame, always of the latest scene; the effect only asks for it.
    let is_asked = StoredValue::new(false);
    // The same picture as an image, where the browser refuses the canvas.
    let image = RwSignal::new(None::<String>);
    let paint = move || {
        // The panel may be gone by the time the frame comes.
        let Some(canvas) = canvas_ref.try_get_untracked().flatten() else {
            return;
        };
        is_asked.set_value(false);
        let palette = canvas::palette_from(&canvas);
        scene.try_with_untracked(|s| {
            let has_drawn = canvas::paint(&canvas, s, &palette);
            let (width, height) = size.get_untracked();
            let instead = (!has_drawn).then(|| {
                let text = to_svg(s, width, height, &palette, None);
                format!("data:image/svg+xml,{}", js_sys::encode_uri_component(&text))
            });
            if instead != image.get_untracked() {
                image.set(instead);
            }
        });
    };
    effect(move || {
        scene.track();
        ctx.colours.track();
        // Out of view nothing is drawn; coming back asks for the latest scene.
        if ctx.is_away.get() || size.get().0 < 1.0 {
            return;
        }
        // Paper gets what is on the canvas when the event is over; no frame comes before.
        if print::is_printing() {
            paint();
        } else if !is_asked.get_value() {
            is_asked.set_value(true);
            dom::next_frame(paint);
        }
    });

    let cursor = RwSignal::new(None::<f64>);
    let has_crosshair = read.is_some();
    let stops = StoredValue::new(stops);
    let walk = move |ev: web_sys::KeyboardEvent| {
        let all = stops.with_value(|s| s.as_ref().map_or(Vec::new(), |s| s()));
        if all.is_empty() {
            return;
        }
        let now = cursor.get_untracked();
        let target = match ev.key().as_str() {
            "ArrowRight" => now.map_or(all.first(), |x| {
                all.iter().find(|s| **s > x * (1.0 + 1e-12)).or(all.last())
            }),
            "ArrowLeft" => now.map_or(all.last(), |x| {
                all.iter()
                    .rev()
                    .find(|s| **s < x * (1.0 - 1e-12))
                    .or(all.first())
            }),
            "Home" => all.first(),
            "End" => all.last(),
            "Escape" => None,
            _ => return,
        };
        ev.prevent_default();
        cursor.set(target.copied());
    };
    let reading = Memo::new(move |_| {
        cursor
            .get()
            .zip(read.as_ref())
            .map(|(x, read)| (x, read(x)))
    });
    let hover = move |ev: web_sys::PointerEvent| {
        // A finger scrolls the page; the crosshair is for pointers that hover.
        if !has_crosshair || ev.pointer_type() == "touch" {
            return;
        }
        let Some(frame) = frame.get_untracked() else {
            return;
        };
        let px = f64::from(ev.client_x()) - frame.get_bounding_client_rect().left();
        layout.with_untracked(|l| {
            let is_inside = px >= l.plot.left && px <= l.plot.right;
            cursor.set(is_inside.then(|| scene.with_untracked(|s| l.x_at(&s.x, px))));
        });
    };
    let crosshair_px = move || {
        let x = cursor.get()?;
        let px = layout.with(|l| scene.with(|s| l.x_px(&s.x, x)));
        px.is_finite().then_some(px)
    };
    let plot = move || layout.with(|l| l.plot);

    view! {
        <div class=format!("chart {class}") node_ref=frame data-testid=test_id
            tabindex=has_crosshair.then_some("0") role="group" aria-label=move || summary.get()
            aria-description=move || has_crosshair.then(|| ctx.s().chart.keyboard_hint)
            on:pointermove=hover
            on:pointerleave=move |_| cursor.set(None)
            on:blur=move |_| cursor.set(None)
            on:keydown=move |ev| if ev.target() == ev.current_target() { walk(ev) }>
            <canvas node_ref=canvas_ref role="img" aria-label=move || summary.get() data-testid=format!("{test_id}-canvas")></canvas>
            {move || image.get().map(|src| view! { <img class="instead" alt="" src=src data-testid=format!("{test_id}-image") /> })}
            <div class="overlay">
                <div class="crosshair" hidden=move || crosshair_px().is_none()
                    style:left=move || format!("{:.1}px", crosshair_px().unwrap_or(0.0))
                    style:top=move || format!("{:.1}px", plot().top)
                    style:height=move || format!("{:.1}px", plot().bottom - plot().top)></div>
                {move || marks.get().into_iter().map(|mark| {
                    let at = layout.with(|l| scene.with(|s| {
                        let is_inside = s.x.contains(mark.x) && s.y.contains(mark.y);
                        is_inside.then(|| (l.x_px(&s.x, mark.x), l.y_px(&s.y, mark.y)))
                    }));
                    view! {
                        <span class="mark" data-testid=mark.test_id data-value=mark.x.to_string() hidden=at.is_none() title=mark.hint.clone()
                            style:left=format!("{:.1}px", at.unwrap_or_default().0) style:top=format!("{:.1}px", at.unwrap_or_default().1)>
                            <span class="visually-hidden">{mark.hint.clone()}</span>
                        </span>
                    }
                }).collect_view()}
                {overlay.map(|overlay| overlay(scene, layout))}
                {handles.into_iter().map(|handle| view! { <HandleView handle layout scene frame /> }).collect_view()}
                <div class="tooltip" data-testid=format!("{test_id}-tooltip") role="status" hidden=move || reading.get().is_none() || crosshair_px().is_none()
                    class:flipped=move || crosshair_px().is_some_and(|px| px > size.get().0 * 0.6)
                    style:left=move || format!("{:.1}px", crosshair_px().unwrap_or(0.0))>
                    {move || reading.get().map(|(x, reading)| view! {
                        <p class="tooltip-head" data-value=x.to_string()>{reading.head}</p>
                        <dl>
                            {reading.rows.into_iter().map(|(token, name, value)| view! {
                                <div><dt><span class=format!("swatch swatch-{token}")></span>{name}</dt><dd>{value}</dd></div>
                            }).collect_view()}
                        </dl>
                    }.into_any())}
                </div>
            </div>
        </div>
    }
}

/// Follows the size of the chart's frame for as long as it is on the page.
fn watch_size(frame: NodeRef<leptos::html::Div>, size: RwSignal<(f64, f64)>) {
    effect(move || {
        let Some(element) = frame.get() else { return };
        let measured = element.clone();
        let measure = move || {
            let rect = measured.get_bounding_client_rect();
            let new = (rect.width(), rect.height());
            if size.try_get_untracked().is_some_and(|old| old != new) {
                size.set(new);
            }
        };
        measure();
        let on_resize = Closure::<dyn FnMut(JsValue)>::new(move |_| measure());
        if let Ok(observer) = web_sys::ResizeObserver::new(on_resize.as_ref().unchecked_ref()) {
            observer.observe(&element);
            let kept = StoredValue::new((observer, on_resize));
            on_cleanup(move || {
                kept.try_update_value(|(observer, _)| observer.disconnect());
            });
        }
    });
}

#[component]
fn HandleView(
    handle: Handle,
    layout: Memo<Layout>,
    scene: Memo<Scene>,
    frame: NodeRef<leptos::html::Div>,
) -> impl IntoView {
    let ctx = use_ctx();
    let Handle {
        test_id,
        id,
        along,
        class,
        name,
        value,
        text,
        place,
        act,
    } = handle;
    let is_locked = ctx.locks(id);
    let is_hidden = ctx.embed.as_ref().is_some_and(|e| e.hidden.contains(&id));
    let is_dragged = RwSignal::new(false);
    // Where it stands in the frame, kept inside the plot.
    let at = Memo::new(move |_| {
        let (x, y) = place.get()?;
        Some(layout.with(|l| {
            scene.with(|s| {
                let px = if x.is_finite() {
                    l.x_px(&s.x, x)
                } else {
                    l.plot.right
                };
                let py = if y.is_finite() {
                    l.y_px(&s.y, y)
                } else {
                    l.plot.top
                };
                (
                    px.clamp(l.plot.left, l.plot.right),
                    py.clamp(l.plot.top, l.plot.bottom),
                )
            })
        }))
    });
    let pointer_to_data = move |ev: &web_sys::PointerEvent| -> Option<(f64, f64)> {
        let rect = frame.get_untracked()?.get_bounding_client_rect();
        let (px, py) = (
            f64::from(ev.client_x()) - rect.left(),
            f64::from(ev.client_y()) - rect.top(),
        );
        Some(layout.with_untracked(|l| {
            scene.with_untracked(|s| {
                let px = px.clamp(l.plot.left, l.plot.right);
                let py = py.clamp(l.plot.top, l.plot.bottom);
                (l.x_at(&s.x, px), l.y_at(&s.y, py))
            })
        }))
    };
    let down = move |ev: web_sys::PointerEvent| {
        if ev.button() != 0 || is_locked {
            return;
        }
        if let Some(element) = ev
            .current_target()
            .and_then(|t| t.dyn_into::<web_sys::HtmlElement>().ok())
        {
            // Without capture the drag still works while the pointer stays over the handle.
            let _ = element.set_pointer_capture(ev.pointer_id());
            let _ = element.focus();
        }
        ev.prevent_default();
        is_dragged.set(true);
        act.run(Drag::Begin);
    };
    let moved = move |ev: web_sys::PointerEvent| {
        if is_dragged.get_untracked()
            && let Some((x, y)) = pointer_to_data(&ev)
        {
            act.run(Drag::To(x, y));
        }
    };
    let end = move || {
        if is_dragged.get_untracked() {
            is_dragged.set(false);
            act.run(Drag::End);
        }
    };
    let key = move |ev: web_sys::KeyboardEvent| {
        if is_locked {
            return;
        }
        let (up, down) = match along {
            Along::X => ("ArrowRight", "ArrowLeft"),
            Along::Y | Along::Both => ("ArrowUp", "ArrowDown"),
        };
        let is_fine = ev.shift_key();
        match ev.key().as_str() {
            "Escape" if is_dragged.get_untracked() => {
                is_dragged.set(false);
                act.run(Drag::Cancel);
                act.run(Drag::End);
            }
            k if k == up => act.run(Drag::Nudge { by: 1, is_fine }),
            k if k == down => act.run(Drag::Nudge { by: -1, is_fine }),
            "ArrowUp" | "ArrowRight" => act.run(Drag::Nudge { by: 1, is_fine }),
            "ArrowDown" | "ArrowLeft" => act.run(Drag::Nudge { by: -1, is_fine }),
            "PageUp" => act.run(Drag::Nudge {
                by: 3,
                is_fine: false,
            }),
            "PageDown" => act.run(Drag::Nudge {
                by: -3,
                is_fine: false,
            }),
            "Home" => act.run(Drag::Edge { is_max: false }),
            "End" => act.run(Drag::Edge { is_max: true }),
            _ => return,
        }
        ev.prevent_default();
        ev.stop_propagation();
    };
    view! {
        <div class=format!("handle {class}") class:dragged=move || is_dragged.get() role="slider" tabindex="0" data-testid=test_id
            class:locked=is_locked aria-disabled=is_locked.then_some("true")
            hidden=move || is_hidden || at.get().is_none()
            aria-label=move || name.get()
            aria-orientation=if along == Along::Y { "vertical" } else { "horizontal" }
            aria-valuenow=move || value.get().0.to_string()
            aria-valuemin=move || value.get().1.to_string()
            aria-valuemax=move || value.get().2.to_string()
            aria-valuetext=move || text.get()
            style:left=move || format!("{:.1}px", at.get().unwrap_or_default().0)
            style:top=move || format!("{:.1}px", at.get().unwrap_or_default().1)
            on:pointerdown=down on:pointermove=moved
            on:pointerup=move |_| end() on:pointercancel=move |_| end() on:lostpointercapture=move |_| end()
            on:keydown=key></div>
    }
}
