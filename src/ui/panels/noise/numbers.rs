//! The noise scales of the plane, exact and estimated, and what is special about the present point.

use crate::experiment::noise_lab::state::Lab;
use crate::i18n::Strings;
use crate::params::defs::{ParamId, Params, Value};
use crate::params::url::Panel;
use crate::theory::noise::NoNoiseScale;
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::prelude::*;
use crate::ui::shell::go;
use crate::units::{format_count, format_sig, round_sig};

/// Noise scales from here on are shown as this bound.
pub const LARGEST: f64 = 1_048_576.0;

fn number(s: &Strings, value: f64) -> String {
    format_sig(value, 3, s.grouping)
}

/// A noise scale in words; without a gradient, or beyond the bound, it has none.
fn scale_text(s: &Strings, scale: Option<f64>) -> String {
    match scale {
        Some(scale) if scale < LARGEST => number(s, scale),
        _ => "≥ 2²⁰".to_owned(),
    }
}

/// What the plane is a case of, as `data-lab` says it.
pub fn kind(lab: &Lab) -> &'static str {
    let noise = lab.plane.variance[1];
    match lab.plane.local() {
        _ if noise == 0.0 => "quiet",
        Some(local) if local.noise_scale() < LARGEST => "regular",
        _ => "unbounded",
    }
}

/// (test id, name, value as data, value in words, remark)
type Fact = (&'static str, &'static str, Option<f64>, String, String);

fn facts(ctx: Ctx, lab: &Lab) -> Vec<Fact> {
    let s = ctx.s();
    let n = &s.noise;
    let local = lab.plane.local();
    let exact = |scale: Option<f64>| (scale.map(|v| v.min(LARGEST)), scale_text(s, scale));
    let (simple, simple_text) = exact(local.map(|l| l.simple_noise_scale()));
    let (noise, noise_text) = exact(local.map(|l| l.noise_scale()));
    let mut found = vec![
        (
            "b-simple",
            n.exact_simple,
            simple,
            simple_text,
            String::new(),
        ),
        ("b-noise", n.exact_noise, noise, noise_text, String::new()),
    ];
    let Some(pairs) = &lab.pairs else {
        return found;
    };
    let count = (n.pairs)(&format_count(u64::from(pairs.n), s.grouping));
    found.push(match &pairs.scale {
        Ok(e) if e.value < LARGEST => {
            let text =
                (s.sweep.value_between)(&number(s, e.value), &number(s, e.low), &number(s, e.high));
            ("b-estimate", n.estimated_pairs, Some(e.value), text, count)
        }
        Err(NoNoiseScale::NoiseHidden) => (
            "b-estimate",
            n.estimated_pairs,
            None,
            n.no_noise.to_owned(),
            count,
        ),
        _ => (
            "b-estimate",
            n.estimated_pairs,
            None,
            n.hidden.to_owned(),
            count,
        ),
    });
    found
}

#[component]
pub fn Numbers(lab: Memo<Lab>) -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.noise;
    let notice = move || {
        let s = &ctx.s().noise;
        lab.with(|lab| match kind(lab) {
            "quiet" => Some(s.quiet.to_owned()),
            "unbounded" => Some(s.unbounded.to_owned()),
            _ if lab.pairs.is_none() => {
                let size = |v: f64| format_count(v as u64, ctx.s().grouping);
                let (small, big) = state.with(|s| (s.small, s.big));
                Some((s.not_increasing)(&size(small), &size(big)))
            }
            _ => None,
        })
    };
    let usable = move || lab.with(|lab| lab.plane.local().map(|l| l.noise_scale()));
    let use_it = move |_| {
        if let Some(scale) = untrack(usable) {
            ctx.curves.update(|curves| {
                curves.put(ParamId::CriticalBatch, Value::Number(round_sig(scale, 3)));
                curves.put(ParamId::CriticalKnown, Value::Choice(1));
            });
            go(ctx, Panel::Curves);
        }
    };
    view! {
        <section class="answer">
            <dl class="facts">
                {move || lab.with(|lab| facts(ctx, lab)).into_iter().map(|(test_id, name, value, text, remark)| view! {
                    <div><dt>{name}</dt>
                        <dd data-testid=test_id data-value=value.map(|v| v.to_string())>{text}" "<span class="muted">{remark}</span></dd></div>
                }).collect_view()}
            </dl>
            <p class="aside warn" data-testid="lab-notice" hidden=move || notice().is_none()>{move || notice().unwrap_or_default()}</p>
            <button type="button" class="button" data-testid="noise-in-curves" on:click=use_it
                disabled=move || lab.with(|lab| kind(lab) != "regular")>{ctx.t(|s| s.noise.use_in_curves)}</button>
            <p class="note">{ctx.t(|s| s.noise.why_curves)}</p>
        </section>
    }
}
