//! The learning rate for the batch size that is asked for, and the way to Curves.

use super::session::Session;
use crate::experiment::your_runs::curves::{ForCurves, NotForCurves};
use crate::experiment::your_runs::report::Found;
use crate::params::defs::ParamId;
use crate::params::url::Panel;
use crate::ui::context::use_ctx;
use crate::ui::controls::NumberField;
use crate::ui::prelude::*;
use crate::ui::shell::go;
use crate::units::{format_count, format_sig};

/// The batch size asked for, and the learning rate for it.
#[component]
pub fn Recommended(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let has_runs = move || session.findings.with(Option::is_some);
    let batch = move || ctx.runs.with(|s| s.batch);
    let found = move || session.findings.with(|f| f.as_ref()?.recommend(batch()));
    let text = move || {
        let s = ctx.s();
        let number = |v: f64| format_sig(v, 3, s.grouping);
        let Some(found) = found() else {
            return s.runs.no_recommendation.to_owned();
        };
        let batch = format_count(batch() as u64, s.grouping);
        let [lr, low, high] = [found.lr, found.low, found.high].map(number);
        let mut text = (s.runs.recommended)(&batch, &lr, &low, &high);
        if found.is_outside {
            text.push(' ');
            text.push_str(s.runs.is_outside);
        }
        text
    };
    view! {
        <div class="group asked" hidden=move || !has_runs()>
            <NumberField state=ctx.runs id=ParamId::AskedBatch is_labelled=true />
            <p class="sentence" data-testid="runs-recommended" data-lr=move || found().map(|f| f.lr.to_string())>{move || text()}</p>
        </div>
    }
}

/// Gives Curves what was measured, or says why it cannot.
#[component]
pub fn UseInCurves(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let found = Memo::new(move |_| -> Option<Result<ForCurves, NotForCurves>> {
        session.findings.with(|findings| match findings {
            Some(found) if !found.ridge.is_empty() => Some(ForCurves::of_runs(found)),
            Some(_) => None,
            None => session.report.with(|report| match &report.as_ref()?.found {
                Found::Noise(noise) => Some(ForCurves::of_noise(noise)),
                Found::Nothing | Found::Ridge(_) | Found::NoPairs(_) => None,
            }),
        })
    });
    let is_ready = move || found.with(|found| matches!(found, Some(Ok(_))));
    let note = move || {
        let s = ctx.s();
        let number = |v: f64| format_sig(v, 3, s.grouping);
        found.with(|found| {
            Some(match found.as_ref()? {
                Ok(found) => {
                    let n_points = found.points.len().to_string();
                    (s.runs.for_curves)(&number(found.critical_batch), &n_points)
                }
                Err(why) => (s.runs.not_for_curves)(why),
            })
        })
    };
    let use_it = move |_| {
        if let Some(Ok(found)) = found.with_untracked(Clone::clone) {
            ctx.show_runs(found);
            go(ctx, Panel::Curves);
        }
    };
    view! {
        <div class="offer" hidden=move || found.with(Option::is_none)>
            <button type="button" class="button" data-testid="runs-in-curves" disabled=move || !is_ready() aria-describedby="runs-curves-note" on:click=use_it>
                {ctx.t(|s| s.runs.use_in_curves)}
            </button>
            <span class="note" id="runs-curves-note" data-testid="runs-curves-note">{move || note()}</span>
        </div>
    }
}
