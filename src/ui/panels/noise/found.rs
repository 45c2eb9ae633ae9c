//! What the measurement on the digits has found, in numbers.

use super::session::Session;
use crate::experiment::noise_lab::digits::{NoisePoint, Online};
use crate::i18n::Strings;
use crate::params::defs::{ParamId, Params, Value};
use crate::params::url::Panel;
use crate::ui::context::use_ctx;
use crate::ui::prelude::*;
use crate::ui::shell::go;
use crate::units::{format_count, format_sig, round_sig};

fn last_online(points: &[NoisePoint]) -> Option<Online> {
    points.iter().rev().find_map(|p| p.online)
}

/// The latest numbers: (test id, name, value as data, value in words).
fn latest(
    s: &Strings,
    points: &[NoisePoint],
    is_adam: bool,
) -> Vec<(&'static str, &'static str, Option<f64>, String)> {
    let number = |v: f64| format_sig(v, 3, s.grouping);
    let n = &s.noise;
    let mut found = Vec::new();
    if let Some(online) = last_online(points) {
        let estimate = online.scale;
        let text = estimate.map_or(n.hidden.to_owned(), |e| {
            (s.sweep.value_between)(&number(e.value), &number(e.low), &number(e.high))
        });
        found.push((
            "digits-estimate",
            n.scale_name,
            estimate.map(|e| e.value),
            text,
        ));
        let exact = online.exact_scale;
        found.push((
            "digits-exact",
            n.exact_name,
            exact,
            exact.map_or("–".to_owned(), number),
        ));
        let factor = online.raw_norm_sq / online.exact_norm_sq;
        if factor.is_finite() {
            found.push((
                "digits-raw",
                n.raw_name,
                Some(factor),
                (n.raw_factor)(&number(factor)),
            ));
        }
    }
    let exact = points
        .iter()
        .rev()
        .find_map(|p| p.exact)
        .filter(|_| is_adam);
    if let Some(sign) = exact.and_then(|e| e.sign_noise_scale()) {
        found.push(("digits-sign", n.sign_name, Some(sign), number(sign)));
    }
    found
}

/// The latest numbers, and the way to Curves with them.
#[component]
pub fn Found(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let rows = move || {
        let s = ctx.s();
        let is_adam = ctx.noise.with(|st| st.is_adam);
        session.points.with(|p| latest(s, p, is_adam))
    };
    let is_warm = move || session.points.with(|p| last_online(p).is_some());
    let estimate = Memo::new(move |_| {
        let online = session.points.with(|p| last_online(p))?;
        online.scale.map(|e| e.value)
    });
    // The run's own batch and rate become the base.
    let use_it = move |_| {
        let (Some(scale), config) = (estimate.get_untracked(), session.config.get_untracked())
        else {
            return;
        };
        let is_adam = ctx.noise.with_untracked(|s| s.is_adam);
        ctx.curves.update(|curves| {
            curves.put(ParamId::Family, Value::Choice(usize::from(is_adam)));
            for (id, value) in [
                (ParamId::BaseBatch, f64::from(config.batch_size())),
                (ParamId::BaseLr, config.lr),
                (ParamId::CriticalBatch, round_sig(scale, 3)),
            ] {
                curves.put(id, Value::Number(value));
            }
            curves.put(ParamId::CriticalKnown, Value::Choice(1));
        });
        go(ctx, Panel::Curves);
    };
    view! {
        <p class="note" hidden=is_warm>{ctx.t(|s| s.noise.after_warm_up)}</p>
        <dl class="facts">
            {move || rows().into_iter().map(|(test_id, name, value, text)| view! {
                <div><dt>{name}</dt><dd data-testid=test_id data-value=value.map(|v| v.to_string())>{text}</dd></div>
            }).collect_view()}
            {move || session.digest().map(|digest| view! {
                <div title=ctx.s().sweep.digest_help><dt>{ctx.s().race.digest}</dt><dd class="digest" data-testid="digits-digest">{digest}</dd></div>
            })}
        </dl>
        <button type="button" class="button" data-testid="digits-in-curves" on:click=use_it
            hidden=move || !is_warm() disabled=move || estimate.get().is_none()>{ctx.t(|s| s.noise.use_estimate)}</button>
        <p class="note" hidden=move || !is_warm()>{ctx.t(|s| s.noise.why_estimate)}</p>
    }
}

/// The checkpoints as a table.
#[component]
pub fn Table(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let cells = move |point: &NoisePoint| {
        let exact = point.exact?;
        let number =
            |v: Option<f64>| v.map_or("–".to_owned(), |v| format_sig(v, 3, ctx.s().grouping));
        let online = point.online;
        let texts = [
            number(Some(exact.loss)),
            number(Some(exact.grad_norm_sq)),
            number(Some(exact.noise_trace)),
            number(exact.noise_scale()),
            number(online.and_then(|o| o.scale).map(|e| e.value)),
            number(exact.sign_noise_scale()),
        ];
        Some(view! {
            <tr>
                <th scope="row">{format_count(point.step, ctx.s().grouping)}</th>
                {texts.map(|text| view! { <td>{text}</td> }).collect_view()}
            </tr>
        })
    };
    let head = move || {
        let s = ctx.s();
        let estimated = format!("B_simple, {}", s.noise.estimated);
        [
            s.noise.step_column,
            s.race.column_loss,
            "|G|²",
            "tr(Σ)",
            "B_simple",
            &estimated,
            "B_ℓ1",
        ]
        .map(|name| view! { <th scope="col">{name.to_owned()}</th> })
        .collect_view()
    };
    view! {
        <details class="table-details" data-testid="digits-table-details" hidden=move || session.points.with(Vec::is_empty)>
            <summary>{ctx.t(|s| s.noise.table_caption)}</summary>
            <div class="scroll" tabindex="0" role="region" aria-label=ctx.t(|s| s.noise.table_caption)>
                <table class="table" data-testid="digits-table">
                    <thead><tr>{move || head()}</tr></thead>
                    <tbody>{move || session.points.with(|p| p.iter().filter_map(cells).collect_view())}</tbody>
                </table>
            </div>
        </details>
    }
}
