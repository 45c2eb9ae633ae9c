//! The cells of the map for pointer, finger and keyboard: hover or arrow keys read one, click or Enter opens it in
//! Race. Its curves come with Shift or Space, and with a finger, which cannot hover and so could not look first.

use super::detail::rows;
use super::session::{CellAt, Session};
use crate::chart::layout::Layout;
use crate::chart::scene::Scene;
use crate::experiment::sweep::config::lr_of;
use crate::experiment::sweep::record::SweepRecord;
use crate::scenes::sweep::lr_rows;
use crate::ui::chart_view::Overlay;
use crate::ui::context::Ctx;
use crate::ui::prelude::*;
use crate::units::{format_short, format_sig};
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// "B = 32, η = 0.5"
pub fn cell_name(ctx: Ctx, session: Session, (batch_idx, rung): CellAt) -> String {
    let s = ctx.s();
    let batch = session.record.with(|r| r.config().batch(batch_idx));
    (s.sweep.cell)(
        &format_short(f64::from(batch)),
        &format_sig(lr_of(rung), 3, s.grouping),
    )
}

/// The cell that was run nearest to a place in data coordinates.
fn cell_near(record: &SweepRecord, batch: f64, lr: f64) -> Option<CellAt> {
    let last = record.config().n_batches.checked_sub(1)?;
    let batch_idx = (libm::round(libm::log2(batch)).max(0.0) as u32).min(last);
    let at = 2.0 * libm::log2(lr);
    let distance = |rung: i32| (f64::from(rung) - at).abs();
    lr_rows(record.columns_of(batch_idx))
        .into_iter()
        .min_by(|a, b| distance(*a).total_cmp(&distance(*b)))
        .filter(|&rung| distance(rung) <= 1.0)
        .map(|rung| (batch_idx, rung))
}

/// The cell one step away, or the same at the edge. Columns keep the learning rate as near as they can.
fn neighbour(record: &SweepRecord, (batch_idx, rung): CellAt, right: i32, up: i32) -> CellAt {
    let last = record.config().n_batches.saturating_sub(1) as i32;
    if right != 0 {
        let to = (batch_idx as i32 + right).clamp(0, last) as u32;
        let rows = lr_rows(record.columns_of(to));
        let nearest = rows.into_iter().min_by_key(|r| (r - rung).abs());
        return nearest.map_or((batch_idx, rung), |rung| (to, rung));
    }
    let rows = lr_rows(record.columns_of(batch_idx));
    let at = rows.iter().position(|&r| r == rung).unwrap_or(0) as i32;
    let to = (at + up).min(rows.len() as i32 - 1).max(0);
    (batch_idx, rows.get(to as usize).copied().unwrap_or(rung))
}

/// The first cell that the keyboard reaches: the best one of the smallest batch size.
fn first(record: &SweepRecord) -> Option<CellAt> {
    (0..record.config().n_batches)
        .find_map(|i| Some((i, record.columns_of(i).first()?.best()?.rung)))
}

/// What lies over the map.
pub fn cells(ctx: Ctx, session: Session) -> Overlay {
    Arc::new(move |scene: Memo<Scene>, layout: Memo<Layout>| {
        let pointed = RwSignal::new(None::<CellAt>);
        let focused = RwSignal::new(None::<CellAt>);
        // Where the keyboard is, or would begin.
        let current = Memo::new(move |_| {
            let kept = focused.get().or(session.selected.get());
            kept.or_else(|| session.record.with(first))
        });
        let shown = Memo::new(move |_| pointed.get().or(focused.get()));
        // (left, top, width, height) of a cell, CSS pixels.
        let place = move |(batch_idx, rung): CellAt| {
            let batch = session
                .record
                .with(|r| f64::from(r.config().batch(batch_idx)));
            layout.with(|l| {
                scene.with(|s| {
                    let half = core::f64::consts::SQRT_2;
                    let step = libm::exp2(0.25);
                    let (left, right) = (l.x_px(&s.x, batch / half), l.x_px(&s.x, batch * half));
                    let (top, bottom) = (
                        l.y_px(&s.y, lr_of(rung) * step),
                        l.y_px(&s.y, lr_of(rung) / step),
                    );
                    (left, top, right - left, bottom - top)
                })
            })
        };
        let px = |v: f64| format!("{v:.1}px");
        let plot = move || layout.with(|l| l.plot);
        let at_pointer = move |ev: &web_sys::MouseEvent| -> Option<CellAt> {
            let element: web_sys::Element = ev.current_target()?.dyn_into().ok()?;
            let rect = element.get_bounding_client_rect();
            let (x, y) = (
                f64::from(ev.client_x()) - rect.left(),
                f64::from(ev.client_y()) - rect.top(),
            );
            let (batch, lr) = layout.with_untracked(|l| {
                scene.with_untracked(|s| {
                    (l.x_at(&s.x, x + l.plot.left), l.y_at(&s.y, y + l.plot.top))
                })
            });
            session.record.with_untracked(|r| cell_near(r, batch, lr))
        };
        let is_finger = StoredValue::new(false);
        let press =
            move |ev: web_sys::PointerEvent| is_finger.set_value(ev.pointer_type() == "touch");
        let act = move |ev: web_sys::MouseEvent, at: Option<CellAt>| match at {
            Some(at) if ev.shift_key() || is_finger.get_value() => session.selected.set(Some(at)),
            Some(at) => session.open_in_race(at),
            None => {}
        };
        let key = move |ev: web_sys::KeyboardEvent| {
            let Some(now) = current.get_untracked() else {
                return;
            };
            is_finger.set_value(false);
            let step = match ev.key().as_str() {
                "ArrowRight" => (1, 0),
                "ArrowLeft" => (-1, 0),
                "ArrowUp" => (0, 1),
                "ArrowDown" => (0, -1),
                "Home" => (i32::from(i16::MIN), 0),
                "End" => (i32::from(i16::MAX), 0),
                "Escape" => {
                    session.selected.set(None);
                    return;
                }
                " " => {
                    ev.prevent_default();
                    session.selected.set(Some(now));
                    return;
                }
                _ => return,
            };
            ev.prevent_default();
            ev.stop_propagation();
            focused.set(Some(
                session
                    .record
                    .with_untracked(|r| neighbour(r, now, step.0, step.1)),
            ));
        };
        let label = move || {
            let at = current.get()?;
            let texts: Vec<String> = rows(ctx, session, at)
                .into_iter()
                .map(|(name, value)| format!("{name}: {value}"))
                .collect();
            Some(format!(
                "{}. {}. {}",
                cell_name(ctx, session, at),
                texts.join(", "),
                ctx.s().sweep.cell_hint
            ))
        };
        let corner = move || current.get().map_or((0.0, 0.0, 0.0, 0.0), place);
        // From there on the tooltip stands to the left of its cell.
        let is_far_right = move || {
            shown
                .get()
                .is_some_and(|at| place(at).0 > plot().left + 0.6 * plot().width())
        };
        let tip = move || shown.get().map_or((0.0, 0.0, 0.0, 0.0), place);
        view! {
            <div class="cells" style:left=move || px(plot().left) style:top=move || px(plot().top)
                style:width=move || px(plot().width()) style:height=move || px(plot().height())
                on:pointermove=move |ev| pointed.set(at_pointer(&ev))
                on:pointerleave=move |_| pointed.set(None)
                on:pointerdown=press
                on:click=move |ev| { let at = at_pointer(&ev); act(ev, at) }></div>
            <button type="button" class="cell-cursor" data-testid="cell" hidden=move || current.get().is_none()
                class:selected=move || session.selected.get().is_some()
                data-batch=move || current.get().map(|at| session.record.with(|r| r.config().batch(at.0)).to_string())
                data-lr=move || current.get().map(|at| lr_of(at.1).to_string())
                aria-label=label
                style:left=move || px(corner().0) style:top=move || px(corner().1)
                style:width=move || px(corner().2) style:height=move || px(corner().3)
                on:focus=move |_| focused.set(current.get_untracked())
                on:blur=move |_| focused.set(None)
                on:pointerdown=press
                on:click=move |ev| act(ev, current.get_untracked())
                on:keydown=key
                on:keyup=move |ev| if ev.key() == " " {
                    // Else the button would count as clicked.
                    ev.prevent_default();
                }></button>
            <div class="tooltip" data-testid="sweep-map-tooltip" role="status" hidden=move || shown.get().is_none()
                class:flipped=is_far_right
                style:left=move || px(tip().0 + 0.5 * tip().2) style:top=move || px(tip().1)>
                {move || shown.get().map(|at| view! {
                    <p class="tooltip-head">{cell_name(ctx, session, at)}</p>
                    <dl>
                        {rows(ctx, session, at).into_iter().map(|(name, value)| view! {
                            <div><dt>{name}</dt><dd>{value}</dd></div>
                        }).collect_view()}
                    </dl>
                    <p class="tooltip-hint">{ctx.s().sweep.cell_hint}</p>
                })}
            </div>
        }
        .into_any()
    })
}
