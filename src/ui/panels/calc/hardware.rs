//! The total batch and its factors: what is kept, what follows, and what is offered when nothing fits.

use super::whole;
use crate::experiment::calculator::Calculation;
use crate::experiment::calculator::factors::{Factors, accumulate, solve};
use crate::params::calc::FACTOR_NAMES;
use crate::params::defs::{ParamId, Params, Value};
use crate::ui::context::use_ctx;
use crate::ui::controls::{Help, NumberField};
use crate::ui::prelude::*;

/// Bits of the devices and the nodes among the factors.
const MACHINES: u32 = 0b0110;

#[component]
pub fn Hardware(result: Memo<Calculation>) -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.calc;
    let factor = move |(i, id): (usize, ParamId)| {
        let is_locked = move || state.with(|s| s.locked >> i & 1 == 1);
        view! {
            <div class="factor">
                <label class="field-row"><NumberField state id is_labelled=true /></label>
                <label class="check">
                    <input type="checkbox" data-testid=format!("lock-{}", FACTOR_NAMES[i]) prop:checked=is_locked
                        aria-label=move || format!("{} {}", (ctx.s().param)(ParamId::Locked).label, (ctx.s().param)(id).label)
                        on:change=move |_| state.update(|s| {
                            let locked = s.locked ^ 1 << i;
                            s.put(ParamId::Locked, Value::Flags(locked));
                        }) />
                    {ctx.p(ParamId::Locked, |p| p.label)}
                </label>
            </div>
        }
    };
    let ids = [
        ParamId::MicroBatch,
        ParamId::Devices,
        ParamId::Nodes,
        ParamId::AccumSteps,
    ];
    let take = move |factors: Factors| state.update(|s| s.take(factors));
    let fits = Memo::new(move |_| {
        result
            .with(|r| r.product as f64 - state.with(|s| s.batch))
            .abs()
            <= 0.0
    });
    let product = move || {
        let s = ctx.s();
        let (product, batch) = (result.with(|r| r.product as f64), state.with(|s| s.batch));
        (s.calc.product)(&whole(s, product), &whole(s, batch))
    };
    let offers = move || {
        let s = ctx.s();
        let offer = |(i, factors): (usize, &Factors)| {
            let factors = *factors;
            let texts = factors.as_array().map(|v| whole(s, v as f64)).join(" · ");
            let total = factors.total();
            view! {
                <button type="button" class="button small offer-factors" data-testid=format!("offer-{i}") data-value=total.to_string()
                    on:click=move |_| take(factors)>{(s.calc.offer)(&texts, &whole(s, total as f64))}</button>
            }
        };
        result.with(|r| r.factors.iter().enumerate().map(offer).collect_view())
    };
    // What the machines are stays; accumulation follows, then the batch per device.
    let keep_total = move |_| {
        let found =
            state.with_untracked(|s| solve(s.batch as u64, s.factors(), s.locked | MACHINES));
        if let Some(best) = found.first() {
            take(*best);
        }
    };
    let smaller = Memo::new(move |_| state.with(|s| accumulate(s.factors()).is_some()));
    let locks = Help::of(state, ParamId::Locked);
    view! {
        <label class="field-row"><NumberField state id=ParamId::TotalBatch is_labelled=true /></label>
        <div class="factors helped">
            <p class="control-head"><span class="control-label">{ctx.p(ParamId::Locked, |p| p.label)}</span>{locks.button()}</p>
            {locks.text()}
            {ids.into_iter().enumerate().map(factor).collect_view()}
        </div>
        <p class="note" data-testid="product" data-value=move || result.with(|r| r.product.to_string())>{move || product()}</p>
        <div class="offers" data-testid="offers" hidden=move || fits.get()>{move || offers()}</div>
        <button type="button" class="button" data-testid="devices-changed" on:click=keep_total>{ctx.t(|s| s.calc.devices_changed)}</button>
        <button type="button" class="button" data-testid="out-of-memory" disabled=move || !smaller.get()
            on:click=move |_| if let Some(factors) = state.with_untracked(|s| accumulate(s.factors())) { take(factors) }>
            {ctx.t(|s| s.calc.out_of_memory)}
        </button>
    }
}
