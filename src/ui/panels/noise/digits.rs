//! The measurement on the digits: its controls, its charts, its numbers.

use super::session::{Phase, Session};
use crate::experiment::noise_lab::digits::{NoisePoint, Online};
use crate::export::noise_csv;
use crate::i18n::Strings;
use crate::params::defs::{ParamId, Params, Value};
use crate::params::url::Panel;
use crate::scenes::noise::{norm_reading, norm_scene, scale_reading, scale_scene, visited_steps};
use crate::ui::chart_view::{ChartView, Picture, Reading, Stops};
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::controls::{Choices, NumberControl};
use crate::ui::link;
use crate::ui::prelude::*;
use crate::ui::save::Save;
use crate::ui::shell::go;
use crate::units::{format_count, format_sig, round_sig};
use std::sync::Arc;

#[component]
pub fn Digits(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.noise;
    let is_adam = move || state.with(|s| s.is_adam);
    let numbers = [
        ParamId::DigitsLr,
        ParamId::DigitsPart,
        ParamId::DigitsParts,
        ParamId::DigitsSteps,
    ];
    // Names of the lines and signs, for charts too narrow to name them.
    let legend = move |is_scale: bool| {
        let s = &ctx.s().noise;
        let estimate = if is_scale { s.estimated } else { s.corrected };
        let raw = (!is_scale)
            .then(|| view! { <span><span class="swatch swatch-none"></span>{s.raw}</span> });
        let sign = (is_scale && is_adam()).then(|| view! { <span>"◇ B_ℓ1"</span> });
        view! {
            <p class="map-legend note">
                {raw}
                <span><span class="swatch swatch-sqrt"></span>{estimate}</span>
                <span><span class="swatch"></span>{s.exact_average}</span>
                <span>"○ "{s.single_step}</span>
                {sign}
            </p>
        }
    };
    let scale_picture: Picture = Arc::new(move |_| {
        session
            .points
            .with(|p| scale_scene(&session.config.get(), is_adam(), p, ctx.s()))
    });
    let norm_picture: Picture = Arc::new(move |_| {
        session
            .points
            .with(|p| norm_scene(&session.config.get(), p, ctx.s()))
    });
    let is_empty = Memo::new(move |_| session.points.with(Vec::is_empty));
    let stops: Stops = Arc::new(move || session.points.with_untracked(|p| visited_steps(p)));
    let reading = move |is_scale: bool, step: f64| {
        let s = ctx.s();
        let head = format!(
            "{}{}{}",
            s.race.axes[1],
            s.colon,
            format_count(step as u64, s.grouping)
        );
        let rows = session.points.with(|p| {
            if is_scale {
                scale_reading(p, is_adam(), step, s)
            } else {
                norm_reading(p, step, s)
            }
        });
        Reading { head, rows }
    };
    view! {
        <section class="panel digits" data-testid="digits" aria-label=ctx.t(|s| s.noise.digits_title)>
            <div class="side">
                <Choices state id=ParamId::DigitsOptimizer />
                {numbers.map(|id| view! { <NumberControl state id /> }).collect_view()}
            </div>
            <div class="main">
                <header class="question">
                    <h2>{ctx.t(|s| s.noise.digits_title)}</h2>
                    <p class="muted">{ctx.t(|s| s.noise.digits_hint)}</p>
                </header>
                <Transport session />
                <div class="below">
                    <p class="aside" data-testid="on-page" hidden=move || !session.is_on_page.get()>{ctx.t(|s| s.race.on_page)}</p>
                    <div class="extra-charts">
                        <figure class="figure">
                            <figcaption class="figure-head"><h2>{ctx.t(|s| s.noise.scale_title)}</h2>
                                <Save test_id="scale-chart" picture=scale_picture.clone() is_empty
                                    csv=Arc::new(move || session.points.with(|p| noise_csv::noise(p, &link::full(&ctx)))) />
                            </figcaption>
                            <ChartView
                                test_id="scale-chart"
                                class="short"
                                summary=Signal::derive(move || ctx.s().noise.scale_description.to_owned())
                                picture=scale_picture
                                read=Arc::new(move |step| reading(true, step))
                                stops=stops.clone()
                            />
                            {move || legend(true)}
                            <p class="note">{ctx.t(|s| s.noise.scale_note)}" "{move || is_adam().then(|| ctx.s().noise.sign_note)}</p>
                        </figure>
                        <figure class="figure">
                            <figcaption class="figure-head"><h2>{ctx.t(|s| s.noise.norm_title)}</h2>
                                <Save test_id="norm-chart" picture=norm_picture.clone() is_empty />
                            </figcaption>
                            <ChartView
                                test_id="norm-chart"
                                class="short"
                                summary=Signal::derive(move || ctx.s().noise.norm_description.to_owned())
                                picture=norm_picture
                                read=Arc::new(move |step| reading(false, step))
                                stops
                            />
                            {move || legend(false)}
                            <p class="note">{ctx.t(|s| s.noise.norm_note)}</p>
                        </figure>
                    </div>
                    <Found session />
                    <Table session />
                </div>
            </div>
        </section>
    }
}

#[component]
fn Transport(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let phase = session.phase;
    let is_going = move || matches!(phase.get(), Phase::Running | Phase::Paused);
    let play = move || {
        let s = &ctx.s().sweep;
        match phase.get() {
            Phase::Running => ("❚❚", s.pause),
            Phase::Paused => ("▶", s.resume),
            _ => ("▶", s.run),
        }
    };
    let status = move || {
        let s = ctx.s();
        let count = |n: u64| format_count(n, s.grouping);
        let config = session.config.get();
        let step = count(session.step.get());
        match phase.get() {
            Phase::Idle => {
                let batch = count(u64::from(config.batch_size()));
                (s.noise.ready)(&batch, &count(config.n_steps))
            }
            Phase::Running => (s.noise.running)(&step, &count(config.n_steps)),
            Phase::Paused => s.sweep.paused.to_owned(),
            Phase::Cancelled => s.sweep.cancelled.to_owned(),
            Phase::Done => (s.noise.done)(&step),
            Phase::Diverged => (s.sweep.diverged)(&step),
            Phase::Failed => session.refused.get().map_or(s.race.failed.to_owned(), |e| {
                let number = |v: f64| format_sig(v, 6, s.grouping);
                let name = (s.race.config_fields)(e.field);
                (s.race.refused)(name, &number(e.value), &number(e.min), &number(e.max))
            }),
        }
    };
    view! {
        <div class="transport" role="group" aria-label=ctx.t(|s| s.noise.digits_title)>
            <div class="buttons">
                <button type="button" class="button primary play" data-testid="digits-run" on:click=move |_| session.toggle()>
                    <span aria-hidden="true" class="play-sign">{move || play().0}</span>{move || play().1}
                </button>
                <button type="button" class="button" data-testid="digits-cancel" disabled=move || !is_going() on:click=move |_| session.cancel()>
                    {ctx.t(|s| s.sweep.cancel)}
                </button>
                <button type="button" class="button" data-testid="digits-clear" disabled=move || phase.get() == Phase::Idle on:click=move |_| session.clear()>
                    {ctx.t(|s| s.sweep.reset)}
                </button>
            </div>
            <progress class="progress" data-testid="digits-progress" aria-label=ctx.t(|s| s.noise.digits_title)
                max=move || session.config.get().n_steps.to_string() value=move || session.step.get().to_string()></progress>
            <span class="grow"></span>
            <span class="status-chip" class:live=move || phase.get() == Phase::Running data-testid="digits-status">{move || status()}</span>
        </div>
    }
}

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

#[component]
fn Found(session: Session) -> impl IntoView {
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
fn Table(session: Session) -> impl IntoView {
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

/// Keys of the panel.
pub fn listen(ctx: Ctx, session: Session) {
    crate::ui::shell::on_panel_key(ctx, move |key, _| {
        match key {
            " " => session.toggle(),
            "c" | "C" => session.cancel(),
            "r" | "R" => session.clear(),
            _ => return false,
        }
        true
    });
}
