//! What can be dragged in the main chart: base (both ways), target, critical batch.

use crate::params::curves::{CurvesState, YAxis};
use crate::params::defs::{ParamId, Params, Value};
use crate::params::slider::nudged;
use crate::scenes::curves::Domain;
use crate::ui::chart_view::{Along, Drag, Handle};
use crate::ui::context::Ctx;
use crate::ui::controls::number_text;
use crate::ui::prelude::*;
use crate::units::round_sig;

/// Rounds a dragged learning rate to three digits; nobody means more by a gesture.
fn three_digits(v: f64) -> f64 {
    round_sig(v, 3)
}

/// The four sliders in the picture. The base is two of them at one place: one for B₀, one for η₀.
pub fn handles(
    ctx: Ctx,
    state: RwSignal<CurvesState>,
    domain: Memo<Domain>,
    is_dragging: RwSignal<bool>,
) -> Vec<Handle> {
    let before = StoredValue::new(None::<CurvesState>);
    let make = move |test_id,
                     class,
                     along,
                     id: ParamId,
                     name: fn(Ctx) -> &'static str,
                     place: Signal<Option<(f64, f64)>>| {
        let (min, max) = CurvesState::field(id).kind.range();
        let value = Signal::derive(move || (state.with(|s| s.number(id)), min, max));
        let put = move |v: f64| state.update(|s| s.put(id, Value::Number(v)));
        Handle {
            test_id,
            id,
            along,
            class,
            name: Signal::derive(move || name(ctx).to_owned()),
            value,
            text: Signal::derive(move || {
                let s = ctx.s();
                format!("{} {}", number_text(s, value.get().0), (s.param)(id).unit)
                    .trim_end()
                    .to_owned()
            }),
            place,
            act: Callback::new(move |drag| match drag {
                Drag::Begin => {
                    is_dragging.set(true);
                    before.set_value(Some(state.get_untracked()));
                }
                Drag::To(x, y) => state.update(|s| {
                    if along != Along::Y && id != ParamId::BaseLr {
                        s.put(id, Value::Number(x));
                    }
                    // The base moves both ways, but only where the axis shows learning rates.
                    if along == Along::Both && s.y_axis == YAxis::Lr {
                        s.put(ParamId::BaseLr, Value::Number(three_digits(y)));
                    }
                }),
                Drag::Nudge { by, is_fine } => put(nudged(
                    CurvesState::field(id).kind,
                    value.get_untracked().0,
                    by,
                    is_fine,
                )),
                Drag::Edge { is_max } => put(if is_max { max } else { min }),
                Drag::Cancel => {
                    if let Some(old) = before.get_value() {
                        state.set(old);
                    }
                }
                Drag::End => is_dragging.set(false),
            }),
        }
    };
    let base_place = Signal::derive(move || {
        let y = state.with(|s| match s.y_axis {
            YAxis::Lr => s.base_lr,
            YAxis::OverBase | YAxis::OverReference => 1.0,
        });
        Some((state.with(|s| s.base_batch), y))
    });
    let middle = Signal::derive(move || {
        let (low, high) = domain.get().y;
        let y = if low > 0.0 {
            low * libm::pow(high / low, 0.08)
        } else {
            low + (high - low) * 0.08
        };
        Some((state.with(|s| s.critical_batch), y))
    });
    let top = Signal::derive(move || Some((state.with(|s| s.batch), f64::INFINITY)));
    vec![
        make(
            "handle-bcrit",
            "handle-critical",
            Along::X,
            ParamId::CriticalBatch,
            |c| c.s().curves.critical_handle,
            middle,
        ),
        make(
            "handle-target",
            "handle-target",
            Along::X,
            ParamId::Batch,
            |c| c.s().curves.target_handle,
            top,
        ),
        // The one for the rate lies below and is reached by keyboard; the pointer takes the one above.
        make(
            "handle-base-lr",
            "handle-base-lr",
            Along::Y,
            ParamId::BaseLr,
            |c| c.s().curves.base_lr_handle,
            base_place,
        ),
        make(
            "handle-base",
            "handle-base",
            Along::Both,
            ParamId::BaseBatch,
            |c| c.s().curves.base_batch_handle,
            base_place,
        ),
    ]
}
