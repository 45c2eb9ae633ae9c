//! The anchor: the cell through which the rules are drawn. It is the base point of Race, moved from cell to cell.

use crate::experiment::sweep::config::lr_of;
use crate::experiment::sweep::state::rung_near;
use crate::params::defs::{ParamId, Params, Value};
use crate::params::race::RaceState;
use crate::ui::chart_view::{Along, Drag, Handle};
use crate::ui::context::Ctx;
use crate::ui::prelude::*;
use crate::units::{format_short, format_sig};

/// The handle. Arrow up and down change the learning rate, with Shift the batch size, by one cell.
pub fn anchor(ctx: Ctx) -> Handle {
    let state = ctx.race;
    let before = StoredValue::new((0.0, 0.0));
    let now = move || state.with(|s| (s.base_batch, s.base_lr));
    let put = move |batch: f64, lr: f64| {
        state.update(|s| {
            s.put(
                ParamId::BaseBatch,
                Value::Number(libm::exp2(libm::round(libm::log2(batch)))),
            );
            s.put(ParamId::BaseLr, Value::Number(lr_of(rung_near(lr))));
        });
    };
    let (least, largest) = RaceState::field(ParamId::BaseLr).kind.range();
    Handle {
        test_id: "handle-anchor",
        id: ParamId::BaseLr,
        along: Along::Both,
        class: "handle-anchor",
        name: Signal::derive(move || ctx.s().sweep.legend_anchor.to_owned()),
        value: Signal::derive(move || (now().1, least, largest)),
        text: Signal::derive(move || {
            let s = ctx.s();
            let (batch, lr) = now();
            (s.sweep.cell)(&format_short(batch), &format_sig(lr, 4, s.grouping))
        }),
        place: Signal::derive(move || Some(now())),
        act: Callback::new(move |drag| {
            let (batch, lr) = untrack(now);
            match drag {
                Drag::Begin => before.set_value((batch, lr)),
                Drag::To(x, y) => put(x, y),
                Drag::Nudge { by, is_fine: false } => put(batch, lr * libm::exp2(f64::from(by))),
                Drag::Nudge { by, is_fine: true } => put(batch * libm::exp2(f64::from(by)), lr),
                Drag::Edge { is_max } => put(batch, if is_max { largest } else { least }),
                Drag::Cancel => {
                    let (batch, lr) = before.get_value();
                    state.update(|s| {
                        s.put(ParamId::BaseBatch, Value::Number(batch));
                        s.put(ParamId::BaseLr, Value::Number(lr));
                    });
                }
                Drag::End => {}
            }
        }),
    }
}
