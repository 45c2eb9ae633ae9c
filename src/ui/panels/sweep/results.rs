//! What the sweep found: the critical batch with its interval, slopes, by how much the rules miss, and what to do next.

use super::map::with_view;
use super::session::{Phase, Session};
use crate::experiment::sweep::column::Edge;
use crate::experiment::sweep::fit::{Interval, LARGEST_BATCH, TooFew};
use crate::experiment::sweep::record::SweepRecord;
use crate::experiment::sweep::ridge::{RidgePoint, n_censored, slope};
use crate::params::defs::ParamId;
use crate::params::measured::MeasuredPoint;
use crate::params::url::Panel;
use crate::scenes::sweep::{Findings, defined_batch, rule_lr, score_scene};
use crate::theory::rules::ScalingRule;
use crate::ui::chart_view::{ChartView, Picture};
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::controls::Select;
use crate::ui::prelude::*;
use crate::ui::save::Save;
use crate::ui::shell::go;
use crate::units::{format_short, format_sig};
use std::sync::Arc;

/// A rule within this factor of the measured best agrees with it.
const AGREES: f64 = 1.1;

#[component]
pub fn ScoreFigure(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let metric = move || ctx.race.with(|s| s.sweep_metric as usize);
    let picture: Picture =
        Arc::new(move |is_narrow| with_view(ctx, session, is_narrow, score_scene));
    view! {
        <figure class="figure" hidden=move || session.findings.with(|f| f.ridge.is_empty())>
            <figcaption class="figure-head">
                <h2>{move || ctx.s().sweep.score_titles[metric()]}</h2>
                <Save test_id="sweep-score" picture=picture.clone() />
            </figcaption>
            <ChartView
                test_id="sweep-score"
                class="short"
                summary=Signal::derive(move || ctx.s().sweep.score_description.to_owned())
                picture
            />
        </figure>
    }
}

/// A labelled number that may not be there yet.
fn fact(
    test_id: &'static str,
    name: impl Fn() -> String + Send + 'static,
    found: Memo<Option<Interval>>,
    value: impl Fn(&Interval) -> (f64, Option<(f64, f64)>) + Copy + Send + Sync + 'static,
    ctx: Ctx,
) -> impl IntoView {
    let text = move || {
        let s = ctx.s();
        let number = |v: f64| {
            if v.is_infinite() {
                "∞".to_owned()
            } else {
                format_sig(v, 2, s.grouping)
            }
        };
        found.get().map(|interval| match value(&interval) {
            (v, Some((low, high))) => {
                (s.sweep.value_between)(&number(v), &number(low), &number(high))
            }
            (v, None) => number(v),
        })
    };
    let is_vague = move || found.get().is_some_and(|f| f.is_inconclusive());
    let raw = move || found.get().map(|f| value(&f).0.to_string());
    let end = move |pick: fn((f64, f64)) -> f64| {
        found
            .get()
            .and_then(|f| value(&f).1)
            .map(|i| pick(i).to_string())
    };
    view! {
        <div hidden=move || found.get().is_none() class:vague=is_vague>
            <dt>{move || name()}</dt>
            <dd data-testid=test_id data-value=raw data-low=move || end(|i| i.0) data-high=move || end(|i| i.1)>{move || text()}</dd>
        </div>
    }
}

#[component]
pub fn Result(session: Session, digest: Memo<Option<String>>) -> impl IntoView {
    let ctx = use_ctx();
    let findings = session.findings;
    let steps = Memo::new(move |_| findings.with(|f| f.steps.and_then(Result::ok)));
    let lr = Memo::new(move |_| findings.with(|f| f.lr.ok()));
    let is_started = move || findings.with(|f| !f.ridge.is_empty());
    let critical_name =
        move || ctx.s().sweep.critical_names[ctx.race.with(|s| s.definition.min(3))].to_owned();
    let scaled = move |b: f64| ctx.race.with(|s| defined_batch(s, b)).unwrap_or(b);
    let no_fit = move || {
        let s = &ctx.s().sweep;
        findings.with(|f| match f.steps {
            None => Some(s.needs_steps.to_owned()),
            Some(Err(TooFew { n_usable })) if session.phase.get() == Phase::Done => {
                Some((s.too_few)(&n_usable.to_string()))
            }
            Some(Err(_)) => Some(s.waiting.to_owned()),
            Some(Ok(interval)) if interval.is_inconclusive() => Some(s.inconclusive.to_owned()),
            Some(Ok(_)) => None,
        })
    };
    let why_two = move || {
        let s = ctx.s();
        let number = |v: f64| format_sig(v, 2, s.grouping);
        let (critical, noise) = findings.with(|f| (f.critical_batch(), f.noise_scale()));
        Some((s.sweep.why_two)(&number(critical?), &number(noise?)))
    };
    let critical = Memo::new(move |_| findings.with(|f| f.critical_batch()));
    let slopes = Memo::new(move |_| {
        findings.with(|f| {
            let (low, high) = f.bend()?;
            Some((
                slope(&f.ridge, 0.0, low),
                slope(&f.ridge, high, f64::INFINITY),
                low,
                high,
            ))
        })
    });
    let slope_text = move || {
        let s = ctx.s();
        let (below, above, low, high) = slopes.get()?;
        let at = |b: f64| format_short(libm::exp2(libm::round(libm::log2(b))));
        let number = |v: f64| format!("{v:.2}");
        let below = below.map(|v| (s.sweep.slope_below)(&number(v), &at(low)));
        let above = above.map(|v| (s.sweep.slope_above)(&number(v), &at(high)));
        let texts: Vec<String> = [below, above].into_iter().flatten().collect();
        Some(if texts.is_empty() {
            s.sweep.no_slope.to_owned()
        } else {
            texts.join(" · ")
        })
    };
    let raw_slope = move |is_low: bool| {
        let (below, above, ..) = slopes.get()?;
        (if is_low { below } else { above }).map(|v| v.to_string())
    };
    let misses = move || misses(ctx, session);
    let use_it = move |_| {
        if let Some(critical) = critical.get_untracked() {
            let usable = |f: &Findings| {
                f.ridge
                    .iter()
                    .filter(|p| p.is_usable())
                    .map(point)
                    .collect()
            };
            ctx.show_measured(critical, findings.with_untracked(usable));
            go(ctx, Panel::Curves);
        }
    };
    view! {
        <section class="answer" data-testid="sweep-result" hidden=move || !is_started()>
            <h2>{ctx.t(|s| s.sweep.result)}</h2>
            <Select state=ctx.race id=ParamId::Definition />
            <dl class="facts">
                {fact("b-crit", critical_name, steps, move |i| (scaled(i.fit.batch), Some((scaled(i.low), bound(i.high, scaled)))), ctx)}
                {fact("b-noise", move || ctx.s().sweep.noise_scale.to_owned(), lr, |i| (i.fit.batch, Some((i.low, bound(i.high, |b| b)))), ctx)}
                {fact("s-min", move || ctx.s().sweep.s_min.to_owned(), steps, |i| (i.fit.scale, None), ctx)}
                {fact("e-min", move || ctx.s().sweep.e_min.to_owned(), steps, |i| (i.fit.scale * i.fit.batch, None), ctx)}
                {fact("lr-max", move || ctx.s().sweep.best_lr_limit.to_owned(), lr, |i| (i.fit.scale, None), ctx)}
            </dl>
            <p class="note" data-testid="no-fit" hidden=move || no_fit().is_none()>{move || no_fit()}</p>
            <p class="sentence" data-testid="slopes" data-low=move || raw_slope(true) data-high=move || raw_slope(false) hidden=move || slope_text().is_none()>{move || slope_text()}</p>
            <ul class="note plain" data-testid="misses">{move || misses().into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}</ul>
            <p class="note" data-testid="why-two" hidden=move || why_two().is_none()>{move || why_two()}</p>
            <button type="button" class="button" data-testid="use-in-curves" disabled=move || critical.get().is_none() on:click=use_it>
                {ctx.t(|s| s.sweep.use_in_curves)}
            </button>
            <p class="note" hidden=move || digest.get().is_none()>
                <span title=ctx.t(|s| s.sweep.digest_help)>{ctx.t(|s| s.race.digest)}</span>
                " "
                <span class="digest" data-testid="digest" title=ctx.t(|s| s.sweep.digest_help)>{move || digest.get()}</span>
            </p>
        </section>
    }
}

/// The upper end of an interval; the last candidate of a fit bounds nothing.
fn bound(high: f64, scaled: impl Fn(f64) -> f64) -> f64 {
    if high >= LARGEST_BATCH {
        f64::INFINITY
    } else {
        scaled(high)
    }
}

/// The best learning rate of a batch size as Curves draws it.
fn point(p: &RidgePoint) -> MeasuredPoint {
    MeasuredPoint {
        batch: f64::from(p.batch),
        lr: p.lr.mean,
        low: p.lr.low,
        high: p.lr.high,
    }
}

/// By how much each rule misses the measured best at the ends of the ridge.
fn misses(ctx: Ctx, session: Session) -> Vec<String> {
    let s = ctx.s();
    session.findings.with(|findings| {
        let usable = || findings.ridge.iter().filter(|p| p.is_usable());
        let ends = [usable().next(), usable().next_back()];
        let mut texts = Vec::new();
        for (rule, name) in [
            (ScalingRule::Linear, s.sweep.linear),
            (ScalingRule::Sqrt, s.sweep.sqrt),
        ] {
            for point in ends.into_iter().flatten() {
                let batch = f64::from(point.batch);
                let ratio = ctx.race.with(|state| rule_lr(state, rule, batch)) / point.lr.mean;
                let at = format_short(batch);
                let factor = format_sig(ratio.max(1.0 / ratio), 2, s.grouping);
                texts.push(if ratio.max(1.0 / ratio) < AGREES {
                    (s.sweep.rule_agrees)(name, &at)
                } else if ratio > 1.0 {
                    (s.sweep.rule_above)(name, &at, &factor)
                } else {
                    (s.sweep.rule_below)(name, &at, &factor)
                });
            }
        }
        texts
    })
}

#[component]
pub fn Notices(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let edge = move |edge: Edge| {
        session
            .findings
            .with(|f| f.ridge.iter().any(|p| p.edge == Some(edge)))
    };
    let is_fixed = move || ctx.race.with(|s| s.lr_range == 1);
    let offers = move |side| is_fixed() && session.phase.get() != Phase::Running && edge(side);
    let unbracketed = move || {
        let batches: Vec<String> = session.findings.with(|f| {
            let open = f.ridge.iter().filter(|p| p.n_unbracketed > 0);
            open.map(|p| format_short(f64::from(p.batch))).collect()
        });
        (session.phase.get() != Phase::Running && !batches.is_empty())
            .then(|| (ctx.s().sweep.unbracketed)(&batches.join(", ")))
    };
    let censored = move || {
        let (n, all) = session
            .record
            .with(|r| (n_censored(r), r.config().n_batches * r.config().n_seeds));
        (n > 0).then(|| (ctx.s().sweep.censored)(&n.to_string(), &all.to_string()))
    };
    let too_high = move || {
        let s = ctx.s();
        let loss = session.record.with(SweepRecord::loss_below_target)?;
        let target = ctx.race.with(|state| state.sweep_target);
        let number = |v: f64| format_sig(v, 4, s.grouping);
        Some((s.sweep.target_too_high)(&number(target), &number(loss)))
    };
    let refused = move || {
        let s = ctx.s();
        session.refused.get().map(|error| {
            (s.race.refused)(
                (s.race.config_fields)(error.field),
                &format_sig(error.value, 4, s.grouping),
                &format_sig(error.min, 4, s.grouping),
                &format_sig(error.max, 4, s.grouping),
            )
        })
    };
    let is_lost = move || session.phase.get() == Phase::Failed && session.refused.get().is_none();
    view! {
        <p class="aside" data-testid="on-page" hidden=move || !session.is_on_page.get()>{ctx.t(|s| s.race.on_page)}</p>
        <p class="aside warn" data-testid="sweep-refused" hidden=move || refused().is_none()>{move || refused()}</p>
        <p class="aside warn" data-testid="sweep-lost" hidden=move || !is_lost()>{ctx.t(|s| s.race.lost)}</p>
        <p class="aside warn" data-testid="target-too-high" hidden=move || too_high().is_none()>{move || too_high()}</p>
        <p class="aside warn" data-testid="censored" hidden=move || censored().is_none()>{move || censored()}</p>
        <p class="aside warn" data-testid="unbracketed" hidden=move || unbracketed().is_none()>{move || unbracketed()}</p>
        <div class="aside warn offer" data-testid="edge-low" hidden=move || !offers(Edge::Low)>
            <span>{ctx.t(|s| s.sweep.edge_low)}</span>
            <button type="button" class="button" data-testid="extend-low" on:click=move |_| session.extend(false)>{ctx.t(|s| s.sweep.extend_low)}</button>
        </div>
        <div class="aside warn offer" data-testid="edge-high" hidden=move || !offers(Edge::High)>
            <span>{ctx.t(|s| s.sweep.edge_high)}</span>
            <button type="button" class="button" data-testid="extend-high" on:click=move |_| session.extend(true)>{ctx.t(|s| s.sweep.extend_high)}</button>
        </div>
    }
}
