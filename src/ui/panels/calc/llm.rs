//! Laws for pre-training language models, all in tokens.

use super::sources::citation;
use super::{Cell, number, table};
use crate::params::defs::ParamId;
use crate::theory::llm::{
    DEEPSEEK_2024, KAPLAN_2020, POWER_LINES_2025, STEP_LAW_2025, deepseek, kaplan_critical_tokens,
    power_lines, step_law,
};
use crate::ui::context::use_ctx;
use crate::ui::controls::NumberControl;
use crate::ui::prelude::*;
use crate::units::Positive;

#[component]
pub fn LlmControls() -> impl IntoView {
    let state = use_ctx().calc;
    use ParamId as P;
    let ids = [
        P::LlmParams,
        P::LlmTokens,
        P::LlmCompute,
        P::LlmLoss,
        P::LlmBaseTokens,
    ];
    view! {
        <section class="group">
            {ids.into_iter().map(|id| view! { <NumberControl state id /> }).collect_view()}
        </section>
    }
}

#[component]
pub fn Laws() -> impl IntoView {
    let ctx = use_ctx();
    let laws = move || {
        let s = ctx.s();
        let p = Positive::clamped;
        let (d, n, critical) = ctx.calc.with(|c| {
            let step = step_law(p(c.llm_params), p(c.llm_tokens));
            (
                deepseek(p(c.llm_compute)),
                step,
                kaplan_critical_tokens(p(c.llm_loss)),
            )
        });
        let row = |name: &str, id: &str, lr: Option<f64>, batch: f64| {
            let rate = match lr {
                Some(lr) => Cell::new(format!("llm-lr-{id}"), number(s, lr), lr),
                None => Cell::text("–"),
            };
            (
                name.to_owned(),
                vec![
                    rate,
                    Cell::new(format!("llm-batch-{id}"), number(s, batch), batch),
                ],
            )
        };
        let rows = vec![
            row(s.calc.law_deepseek, "deepseek", Some(d.lr), d.batch_tokens),
            row(s.calc.law_step, "step", Some(n.lr), n.batch_tokens),
            row(s.calc.law_kaplan, "kaplan", None, critical),
        ];
        table(
            s.calc.llm_title,
            vec![s.calc.column_law, s.calc.column_peak, s.calc.column_tokens],
            rows,
        )
    };
    let lines = move || {
        let s = ctx.s();
        let ratio = ctx.calc.with(|c| c.llm_tokens / c.llm_base_tokens);
        let found = power_lines(Positive::clamped(ratio));
        let line = |test_id: &'static str, name: &'static str, factor: f64, exponent: &str| {
            let text = (s.calc.grows)(&number(s, factor), exponent);
            view! { <div><dt>{name}</dt><dd data-testid=test_id data-value=factor.to_string()>{text}</dd></div> }
        };
        view! {
            <dl class="facts">
                {line("lines-optimal", s.calc.lines_optimal, found.optimal_batch, "0.383")}
                {line("lines-critical", s.calc.lines_critical, found.critical_batch, "0.462")}
                {line("lines-timescale", s.calc.lines_timescale, found.timescale, "−0.527")}
            </dl>
        }
        .into_any()
    };
    let sources = [
        &DEEPSEEK_2024,
        &STEP_LAW_2025,
        &KAPLAN_2020,
        &POWER_LINES_2025,
    ];
    view! {
        <section class="answer" data-testid="llm">
            <h2>{ctx.t(|s| s.calc.llm_title)}</h2>
            {move || laws()}
            <h2>{ctx.t(|s| s.calc.lines_title)}</h2>
            {move || lines()}
            <p class="note">{ctx.t(|s| s.calc.llm_note)}</p>
            <ul class="note plain">{sources.into_iter().map(|c| view! { <li>{citation(c)}</li> }).collect_view()}</ul>
        </section>
    }
}
