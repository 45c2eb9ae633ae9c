//! What can be dragged in the charts: target line, end of the budget, the reader's own learning rate.
//! A drag shows where things would be; the value changes when it ends, because some changes start the race over.

use super::session::Session;
use crate::experiment::race::LaneKind;
use crate::params::defs::{ParamId, Params, Value};
use crate::params::race::RaceState;
use crate::params::slider::nudged;
use crate::scenes::race::{furthest_batch, x_domain, x_of_examples};
use crate::ui::chart_view::{Along, Drag, Handle};
use crate::ui::context::Ctx;
use crate::ui::controls::number_text;
use crate::ui::prelude::*;
use crate::units::round_sig;

/// Room to the right of the budget's end while it is dragged.
const ROOM: f64 = 4.0;

/// Nobody means more than three digits by a gesture.
fn three_digits(v: f64) -> f64 {
    round_sig(v, 3)
}

fn handle(
    ctx: Ctx,
    session: Session,
    (test_id, class, along): (&'static str, &'static str, Along),
    id: ParamId,
    name: fn(Ctx) -> &'static str,
    place: Signal<Option<(f64, f64)>>,
    from_place: fn(&RaceState, f64, f64) -> f64,
) -> Handle {
    let (min, max) = RaceState::field(id).kind.range();
    let value = Signal::derive(move || (session.shown.with(|s| s.number(id)), min, max));
    let put = move |v: f64| ctx.race.update(|s| s.put(id, Value::Number(v)));
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
            Drag::Begin => session.draft.set(Some((id, value.get_untracked().0))),
            Drag::To(x, y) => {
                let wanted = ctx.race.with_untracked(|s| from_place(s, x, y));
                session.draft.set(Some((id, three_digits(wanted))));
            }
            Drag::Nudge { by, is_fine } => put(nudged(
                RaceState::field(id).kind,
                value.get_untracked().0,
                by,
                is_fine,
            )),
            Drag::Edge { is_max } => put(if is_max { max } else { min }),
            Drag::Cancel => session.draft.set(None),
            Drag::End => {
                if let Some((_, wanted)) = session.draft.get_untracked() {
                    session.draft.set(None);
                    put(wanted);
                }
            }
        }),
    }
}

/// How far the horizontal axis reaches while the budget is dragged.
pub fn x_max(ctx: Ctx, session: Session) -> Memo<Option<f64>> {
    Memo::new(move |_| {
        let is_dragged = matches!(session.draft.get(), Some((ParamId::Budget, _)));
        is_dragged.then(|| {
            ctx.race
                .with(|s| ROOM * x_domain(s, &session.record.with(|r| r.plan.lanes.clone())).1)
        })
    })
}

/// Target line and end of the budget, for the loss.
pub fn loss_handles(ctx: Ctx, session: Session) -> Vec<Handle> {
    let place = Signal::derive(move || {
        Some(session.shown.with(|s| {
            let lanes = session.record.with(|r| r.plan.lanes.clone());
            (x_domain(s, &lanes).0, s.target_loss)
        }))
    });
    let target = handle(
        ctx,
        session,
        ("handle-target-line", "handle-target-line", Along::Y),
        ParamId::Target,
        |c| c.s().race.target_handle,
        place,
        |_, _, y| y,
    );
    let place = Signal::derive(move || {
        Some(session.shown.with(|s| {
            let batch = session.record.with(|r| furthest_batch(s, &r.plan.lanes));
            (x_of_examples(s, s.budget, batch), f64::MIN_POSITIVE)
        }))
    });
    let budget = handle(
        ctx,
        session,
        ("handle-budget", "handle-budget", Along::X),
        ParamId::Budget,
        |c| c.s().race.budget_handle,
        place,
        |s, x, _| {
            let lanes = crate::experiment::race_state::RacePlan::of(s).lanes;
            x / x_of_examples(s, 1.0, furthest_batch(s, &lanes))
        },
    );
    vec![target, budget]
}

/// The reader's own learning rate, at the right edge of η(t).
pub fn lr_handles(ctx: Ctx, session: Session) -> Vec<Handle> {
    let place = Signal::derive(move || {
        let is_in = session.record.with(|r| {
            r.plan
                .lanes
                .iter()
                .any(|lane| lane.kind == LaneKind::Custom)
        });
        is_in.then(|| (f64::INFINITY, session.shown.with(|s| s.custom_lr)))
    });
    vec![handle(
        ctx,
        session,
        ("handle-custom-lr", "handle-custom", Along::Y),
        ParamId::CustomLr,
        |c| c.s().race.custom_handle,
        place,
        |_, _, y| y,
    )]
}
