//! The measurement on the digits: its controls and its charts.

use super::found::{Found, Table};
use super::session::{Phase, Session};
use crate::export::noise_csv;
use crate::params::defs::ParamId;
use crate::scenes::noise::{norm_reading, norm_scene, scale_reading, scale_scene, visited_steps};
use crate::ui::chart_view::{ChartView, Picture, Reading, Stops};
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::controls::{Choices, NumberControl};
use crate::ui::link;
use crate::ui::prelude::*;
use crate::ui::save::Save;
use crate::units::{format_count, format_sig};
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
