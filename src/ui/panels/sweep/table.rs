//! The table: best learning rate of every batch size, and by how much each rule misses it.

use super::session::Session;
use crate::experiment::sweep::ridge::RidgePoint;
use crate::scenes::sweep::rule_lr;
use crate::theory::rules::ScalingRule;
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::prelude::*;
use crate::units::{format_count, format_sig};

#[component]
pub fn Table(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let metric = move || ctx.race.with(|s| s.sweep_metric as usize);
    let has_steps = move || metric() == 0;
    let has_none = move || session.findings.with(|f| f.ridge.is_empty());
    view! {
        <details class="table-details" hidden=has_none data-testid="sweep-table-details">
            <summary>{ctx.t(|s| s.sweep.table_caption)}</summary>
            <div class="scroll" tabindex="0" role="region" aria-label=ctx.t(|s| s.sweep.table_caption)>
                <table class="table" data-testid="sweep-table">
                    <thead>
                        <tr>
                            <th scope="col">{ctx.t(|s| s.sweep.column_batch)}</th>
                            <th scope="col">{ctx.t(|s| s.sweep.column_lr)}</th>
                            <th scope="col">{move || ctx.s().sweep.column_score[metric()]}</th>
                            <th scope="col" hidden=move || !has_steps()>{ctx.t(|s| s.race.column_examples)}</th>
                            <th scope="col">{ctx.t(|s| s.sweep.column_linear)}</th>
                            <th scope="col">{ctx.t(|s| s.sweep.column_sqrt)}</th>
                            <th scope="col">{ctx.t(|s| s.sweep.column_state)}</th>
                        </tr>
                    </thead>
                    <tbody>{move || session.findings.with(|f| f.ridge.iter().map(|p| row(ctx, p)).collect_view())}</tbody>
                </table>
            </div>
        </details>
    }
}

fn row(ctx: Ctx, point: &RidgePoint) -> impl IntoView + use<> {
    let s = ctx.s();
    let number = |v: f64| format_sig(v, 3, s.grouping);
    let batch = f64::from(point.batch);
    let has_steps = ctx.race.with(|state| state.sweep_metric as usize == 0);
    let over = |rule| ctx.race.with(|state| rule_lr(state, rule, batch)) / point.lr.mean;
    let (linear, sqrt) = (over(ScalingRule::Linear), over(ScalingRule::Sqrt));
    let lr = (s.sweep.value_between)(
        &number(point.lr.mean),
        &number(point.lr.low),
        &number(point.lr.high),
    );
    let state = if point.n_censored > 0 {
        (s.sweep.state_censored)(&point.n_censored.to_string())
    } else if point.n_unbracketed > 0 {
        s.sweep.state_edge.to_owned()
    } else {
        s.sweep.state_usable.to_owned()
    };
    view! {
        <tr data-testid=format!("best-{}", point.batch) data-lr=point.lr.mean.to_string() data-score=point.score.mean.to_string()>
            <th scope="row">{format_count(u64::from(point.batch), s.grouping)}</th>
            <td>{lr}</td>
            <td>{number(point.score.mean)}</td>
            <td hidden=!has_steps>{number(point.score.mean * batch)}</td>
            <td>{format!("×{}", number(linear))}</td>
            <td>{format!("×{}", number(sqrt))}</td>
            <td>{state}</td>
        </tr>
    }
}
