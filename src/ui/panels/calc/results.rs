//! What to type: rates, weight decay, Adam's companions, steps, cost, and what to watch out for.

use super::{Cell, number, table, whole};
use crate::experiment::calculator::notice::{CalcNotice, notices};
use crate::experiment::calculator::{Calculation, RuleKind};
use crate::experiment::curves::Curve;
use crate::export::calc_csv;
use crate::export::code::{Format, of_calculation, of_recipe};
use crate::i18n::Strings;
use crate::params::calc::CalcState;
use crate::params::defs::{ParamId, Params, Value};
use crate::params::url::Panel;
use crate::ui::code::Code;
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::controls::Choices;
use crate::ui::link;
use crate::ui::prelude::*;
use crate::ui::save::Save;
use crate::ui::shell::go;
use crate::units::format_sig;
use std::sync::Arc;

const RULE_IDS: [&str; 5] = ["none", "sqrt", "linear", "theory-low", "theory-high"];

/// Gives Curves the base point, the target and, where one is assumed, B_crit.
fn show_on_curves(ctx: Ctx) {
    let (is_adaptive, base, lr, batch, critical) = ctx.calc.with_untracked(|s| {
        let critical = s.critical_batches();
        (s.is_adaptive(), s.base_batch, s.base_lr, s.batch, critical)
    });
    // In the middle of a range, on the logarithmic axis.
    let middle = critical
        .first()
        .zip(critical.last())
        .map(|(low, high)| libm::sqrt(low * high));
    ctx.curves.update(|curves| {
        curves.put(ParamId::Family, Value::Choice(usize::from(is_adaptive)));
        for (id, value) in [
            (ParamId::BaseBatch, base),
            (ParamId::BaseLr, lr),
            (ParamId::Batch, batch),
        ] {
            curves.put(id, Value::Number(value));
        }
        curves.put(
            ParamId::CriticalKnown,
            Value::Choice(usize::from(middle.is_some())),
        );
        if let Some(middle) = middle {
            curves.put(ParamId::CriticalBatch, Value::Number(middle));
        }
    });
    go(ctx, Panel::Curves);
}

/// Name of a rule; where a single B_crit is assumed, the optimum needs no end of a range.
fn rule_name(s: &Strings, r: &Calculation, kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::TheoryLow if r.costs.len() < 2 => (s.choice)(ParamId::ExportRule, 3),
        kind => s.calc.rules[kind as usize],
    }
}

fn rates(ctx: Ctx, r: &Calculation) -> AnyView {
    let s = ctx.s();
    let optimizer = ctx.calc.with(|state| state.optimizer);
    // The square root for Adam, linear for SGD: what most recipes do, not what is best.
    let usual = if optimizer >= 2 {
        RuleKind::Sqrt
    } else {
        RuleKind::Linear
    };
    let rows = r.rules.iter().map(|row| {
        let id = RULE_IDS[row.kind as usize];
        let cells = vec![
            Cell::new(format!("calc-lr-{id}"), number(s, row.lr), row.lr),
            Cell::new(
                format!("calc-wd-{id}"),
                number(s, row.weight_decay),
                row.weight_decay,
            ),
        ];
        let mut name = rule_name(s, r, row.kind).to_owned();
        if row.kind == usual {
            name += s.calc.usual[usize::from(optimizer >= 2)];
        }
        (name, cells)
    });
    let heads = vec![s.calc.column_rule, s.calc.column_lr, s.calc.column_decay];
    table(s.calc.result, heads, rows.collect())
}

fn adam(ctx: Ctx, r: &Calculation) -> Option<AnyView> {
    let s = ctx.s();
    let line = |test_id: &'static str, name: &'static str, value: f64| {
        view! { <div><dt>{name}</dt><dd data-testid=test_id data-value=value.to_string()>{number(s, value)}</dd></div> }
    };
    let (beta2, life) = r.half_life?;
    let companions = match r.kappa? {
        Ok(a) => view! {
            <dl class="facts">
                {line("calc-beta1", "β₁", a.beta1.get())}
                {line("calc-beta2", "β₂", a.beta2.get())}
                {line("calc-eps", "ε", a.eps)}
            </dl>
        }
        .into_any(),
        Err(why) => view! { <p class="note" data-testid="kappa-fails">{(s.calc.kappa_fails)(&number(s, why.limits.min), &number(s, why.limits.max))}</p> }.into_any(),
    };
    let kept = (s.calc.half_life)(&format_sig(beta2, 6, s.grouping), &number(s, life));
    Some(
        view! {
            <section>
                <h2>{s.calc.kappa_title}</h2>
                {companions}
                <p class="note" data-testid="half-life" data-value=beta2.to_string()>{kept}</p>
            </section>
        }
        .into_any(),
    )
}

fn lengths(ctx: Ctx, r: &Calculation) -> AnyView {
    let s = ctx.s();
    let row = |name: &'static str, id: &str, before: f64, after: f64| {
        let cells = vec![
            Cell::new(format!("{id}-before"), whole(s, before), before),
            Cell::new(format!("{id}-after"), whole(s, after), after),
        ];
        (name.to_owned(), cells)
    };
    let mut rows = vec![
        row(
            s.calc.row_warmup,
            "warmup",
            r.before.warmup_steps,
            r.after.warmup_steps,
        ),
        row(
            s.calc.row_warmup_examples,
            "warmup-examples",
            r.warmup_examples,
            r.warmup_examples,
        ),
        row(
            s.calc.row_total,
            "steps",
            r.before.total_steps,
            r.after.total_steps,
        ),
    ];
    if let (Some(before), Some(after)) = (r.before.steps_per_epoch, r.after.steps_per_epoch) {
        rows.push(row(s.calc.row_epoch, "epoch", before, after));
    }
    table(
        s.calc.lengths_title,
        vec![s.calc.column_what, s.calc.column_base, s.calc.column_new],
        rows,
    )
}

fn costs(ctx: Ctx, r: &Calculation) -> Option<AnyView> {
    let s = ctx.s();
    let rows: Vec<_> = r
        .costs
        .iter()
        .enumerate()
        .map(|(i, c)| {
            let pair = |id: &str, before: f64, after: f64| {
                Cell::new(
                    format!("{id}-{i}"),
                    format!("×{} → ×{}", number(s, before), number(s, after)),
                    after,
                )
            };
            let cells = vec![
                pair("cost-steps", c.before.0, c.after.0),
                pair("cost-examples", c.before.1, c.after.1),
            ];
            (whole(s, c.critical_batch), cells)
        })
        .collect();
    let heads = vec![
        s.calc.column_critical,
        s.calc.column_steps,
        s.calc.column_examples,
    ];
    (!rows.is_empty()).then(|| view! { <section><h2>{s.calc.costs_title}</h2>{table(s.calc.costs_title, heads, rows)}</section> }.into_any())
}

/// Name of a notice for tests.
fn notice_id(notice: CalcNotice) -> String {
    let text = format!("{notice:?}");
    text.split([' ', '{']).next().unwrap_or_default().to_owned()
}

#[component]
pub fn Results(result: Memo<Calculation>) -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.calc;
    let line = move || state.with(|st| result.with(|r| batch_line(ctx.s(), st, r)));
    let suggested = move |pick: fn(&Calculation) -> f64| result.with(|r| pick(r).to_string());
    let rest = move || {
        let s = ctx.s();
        result.with(|r| {
            let rest = match r.suggestion.uses_critical {
                _ if r.ratio < 1.0 => s.calc.rest_shrinks,
                true => s.calc.rest_known,
                false => s.calc.rest_unknown,
            };
            // Its least value, which belongs to the largest B_crit when a batch shrinks.
            let optimum = r.rules.iter().skip(3).map(|row| row.lr);
            let optimum = optimum
                .reduce(f64::min)
                .filter(|lr| *lr > r.suggestion.high);
            let above = optimum.filter(|_| r.ratio < 1.0);
            let above = above.map_or(String::new(), |lr| (s.calc.optimum_above)(&number(s, lr)));
            format!("{rest}{above}")
        })
    };
    let is_unknown = move || state.with(|s| s.critical == 0);
    let carried = move || {
        let s = ctx.s();
        state.with(|st| {
            result.with(|r| {
                let row = r.exported(st)?;
                let mut text = (s.calc.code_carries)(rule_name(s, r, row.kind), &number(s, row.lr));
                if r.after.warmup_steps > 0.0 {
                    let start = number(s, r.warmup_start_to(row.lr));
                    text += &(s.calc.code_warmup)(&start, &whole(s, r.after.warmup_steps));
                }
                if st.rule == 3 && row.kind == RuleKind::Sqrt {
                    text += s.calc.code_falls_back;
                }
                Some(text)
            })
        })
    };
    let sentence = move || {
        let s = ctx.s();
        result.with(|r| {
            (s.calc.suggestion)(&number(s, r.suggestion.low), &number(s, r.suggestion.high))
        })
    };
    let warnings = move || {
        let s = ctx.s();
        let found = state.with(|st| result.with(|r| notices(st, r)));
        let say = |v: f64| format_sig(v, 6, crate::units::Grouping::None);
        found
            .into_iter()
            .map(|n| view! { <li data-testid=notice_id(n)>{(s.calc.notice)(n, say)}</li> })
            .collect_view()
    };
    // On phones, where the fields are far below the table.
    let quick = move || {
        let s = ctx.s();
        result.with(|r| {
            let lr = |kind: RuleKind| {
                let row = r.rules.iter().find(|row| row.kind == kind);
                row.map_or(String::new(), |row| format_sig(row.lr, 3, s.grouping))
            };
            let batch = whole(s, state.with(|s| s.batch));
            let ratio = format_sig(r.ratio, 3, s.grouping);
            [
                ("B", format!("{batch} (×{ratio})")),
                (
                    s.curves.short_rules[Curve::Sqrt as usize],
                    lr(RuleKind::Sqrt),
                ),
                (
                    s.curves.short_rules[Curve::Linear as usize],
                    lr(RuleKind::Linear),
                ),
                (s.calc.row_total, whole(s, r.after.total_steps)),
            ]
            .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
            .collect_view()
        })
    };
    view! {
        // The tables say the same; hearing it twice helps nobody.
        <dl class="quick" aria-hidden="true">{move || quick()}</dl>
        <section class="answer" data-testid="calc-result">
            <h2>{ctx.t(|s| s.calc.result)}</h2>
            <p data-testid="calc-ratio" data-value=move || result.with(|r| r.ratio.to_string())>{move || line()}</p>
            <p class="sentence" data-testid="suggestion" data-low=move || suggested(|r| r.suggestion.low) data-high=move || suggested(|r| r.suggestion.high)>
                <strong>{move || sentence()}</strong>{move || rest()}
            </p>
            {move || result.with(|r| rates(ctx, r))}
            <div class="row">
                <button type="button" class="button" data-testid="show-on-curves" on:click=move |_| show_on_curves(ctx)>{ctx.t(|s| s.calc.show_on_curves)}</button>
                <Save test_id="calculation" csv=Arc::new(move || state.with(|st| result.with(|r| calc_csv::calculation(st, r, &link::full(&ctx))))) />
            </div>
        </section>
        <section data-testid="calc-notices">
            <h2>{ctx.t(|s| s.calc.notices_title)}</h2>
            <ul class="notice-list">{move || warnings()}</ul>
            <p class="row" hidden=move || !is_unknown()>
                <button type="button" class="button small" data-testid="measure-sweep" on:click=move |_| go(ctx, Panel::Sweep)>{ctx.t(|s| s.calc.measure_sweep)}</button>
                <button type="button" class="button small" data-testid="measure-runs" on:click=move |_| go(ctx, Panel::Runs)>{ctx.t(|s| s.calc.measure_runs)}</button>
            </p>
        </section>
        {move || result.with(|r| adam(ctx, r))}
        <section>
            <h2>{ctx.t(|s| s.calc.lengths_title)}</h2>
            {move || result.with(|r| lengths(ctx, r))}
        </section>
        {move || result.with(|r| costs(ctx, r))}
        <section>
            <Choices state id=ParamId::ExportRule />
            <p class="note" data-testid="code-carries">{move || carried()}</p>
            <Code formats=&Format::OF_RECIPE write=Arc::new(move |format, _| code(ctx, result, format)) missing=|s| s.calc.code_missing />
        </section>
    }
}

/// B₀ → B with its unit, and κ.
fn batch_line(s: &Strings, state: &CalcState, r: &Calculation) -> String {
    let unit = (s.choice)(ParamId::RecipeUnit, state.unit);
    (s.calc.batch_line)(
        &whole(s, state.base_batch),
        &format!("{} {unit}", whole(s, state.batch)),
        &number(s, r.ratio),
    )
}

/// The recipe under the chosen rule, in a format.
fn code(ctx: Ctx, result: Memo<Calculation>, format: Format) -> Option<String> {
    let s = ctx.s();
    let recipe = ctx.calc.with(|state| {
        result.with(|r| {
            let name = rule_name(s, r, r.exported(state)?.kind);
            let rule = format!("{name}{}{}", s.colon, batch_line(s, state, r));
            of_calculation(state, r, rule, link::full(&ctx))
        })
    });
    of_recipe(&recipe?, format)
}

/// The kinds in the order of their names.
const _: () = assert!(RuleKind::TheoryHigh as usize + 1 == RULE_IDS.len());
