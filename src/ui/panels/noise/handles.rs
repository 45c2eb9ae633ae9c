//! What can be dragged: the point w both ways, and the reader's learning rate on the parabola.

use crate::experiment::noise_lab::state::{Lab, plane};
use crate::params::defs::{ParamId, Params, Value};
use crate::params::noise::NoiseState;
use crate::params::slider::nudged;
use crate::ui::chart_view::{Along, Drag, Handle};
use crate::ui::context::Ctx;
use crate::ui::controls::number_text;
use crate::ui::prelude::*;
use crate::units::round_sig;

/// Moves of the point by one press of a key, and by one with Shift.
const STEP: f64 = 0.1;
const FINE: f64 = 0.01;

/// Puts the point somewhere; from there following begins anew. Hundredths, because nobody means more by a gesture.
fn put_point(s: &mut NoiseState, x: f64, y: f64) {
    let round = |v: f64| (v * 100.0).round() / 100.0;
    s.put(ParamId::LabX, Value::Number(round(x)));
    s.put(ParamId::LabY, Value::Number(round(y)));
    s.put(ParamId::LabFollow, Value::Number(0.0));
}

/// The point as two sliders at one place; the pointer takes the upper one, which moves both ways.
pub fn point(ctx: Ctx, lab: Memo<Lab>) -> Vec<Handle> {
    let state = ctx.noise;
    let before = StoredValue::new(None::<NoiseState>);
    let now = move || lab.with(|lab| lab.plane.point);
    let make = move |test_id, class, along, axis: usize| {
        let id = [ParamId::LabX, ParamId::LabY][axis];
        let (min, max) = NoiseState::field(id).kind.range();
        let shift = move |to: f64| {
            state.update(|s| {
                let mut point = plane(s).point;
                point[axis] = to;
                put_point(s, point[0], point[1]);
            });
        };
        Handle {
            test_id,
            id,
            along,
            class,
            name: Signal::derive(move || {
                let s = &ctx.s().noise;
                [s.handle_x, s.handle_y][axis].to_owned()
            }),
            value: Signal::derive(move || (now()[axis], min, max)),
            text: Signal::derive(move || number_text(ctx.s(), round_sig(now()[axis], 3))),
            place: Signal::derive(move || Some((now()[0], now()[1]))),
            act: Callback::new(move |drag| match drag {
                Drag::Begin => before.set_value(Some(state.get_untracked())),
                Drag::To(x, y) => state.update(|s| put_point(s, x, y)),
                Drag::Nudge { by, is_fine } => {
                    let step = if is_fine { FINE } else { STEP };
                    shift(untrack(now)[axis] + f64::from(by) * step);
                }
                Drag::Edge { is_max } => shift(if is_max { max } else { min }),
                Drag::Cancel => {
                    if let Some(old) = before.get_value() {
                        state.set(old);
                    }
                }
                Drag::End => {}
            }),
        }
    };
    vec![
        make("handle-w2", "handle-w", Along::Y, 1),
        make("handle-w1", "handle-w", Along::Both, 0),
    ]
}

/// The reader's learning rate.
pub fn rate(ctx: Ctx, lab: Memo<Lab>) -> Handle {
    let state = ctx.noise;
    let before = StoredValue::new(0.0);
    let kind = NoiseState::field(ParamId::LabLr).kind;
    let (min, max) = kind.range();
    let put = move |v: f64| {
        state.update(|s| s.put(ParamId::LabLr, Value::Number(round_sig(v, 3))));
    };
    let now = move || state.with(|s| s.lr);
    Handle {
        test_id: "handle-lr",
        id: ParamId::LabLr,
        along: Along::X,
        class: "handle-lr",
        name: Signal::derive(move || ctx.s().noise.handle_lr.to_owned()),
        value: Signal::derive(move || (now(), min, max)),
        text: Signal::derive(move || number_text(ctx.s(), now())),
        place: Signal::derive(move || {
            let batch = state.with(|s| s.batch);
            Some((now(), lab.with(|lab| lab.plane.change(now(), batch))))
        }),
        act: Callback::new(move |drag| match drag {
            Drag::Begin => before.set_value(untrack(now)),
            Drag::To(x, _) => put(x),
            Drag::Nudge { by, is_fine } => put(nudged(kind, untrack(now), by, is_fine)),
            Drag::Edge { is_max } => put(if is_max { max } else { min }),
            Drag::Cancel => put(before.get_value()),
            Drag::End => {}
        }),
    }
}
