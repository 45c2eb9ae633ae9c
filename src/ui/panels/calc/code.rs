//! The code for the rule that the reader chooses, and what it will carry.

use super::{number, whole};
use crate::experiment::calculator::{Calculation, RuleKind};
use crate::export::code::{Format, of_calculation, of_recipe};
use crate::i18n::Strings;
use crate::params::calc::CalcState;
use crate::params::defs::ParamId;
use crate::ui::code::Code;
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::controls::Choices;
use crate::ui::link;
use crate::ui::prelude::*;
use std::sync::Arc;

/// Name of a rule; where a single B_crit is assumed, the optimum needs no end of a range.
pub fn rule_name(s: &Strings, r: &Calculation, kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::TheoryLow if r.costs.len() < 2 => (s.choice)(ParamId::ExportRule, 3),
        kind => s.calc.rules[kind as usize],
    }
}

/// B₀ → B with its unit, and κ.
pub fn batch_line(s: &Strings, state: &CalcState, r: &Calculation) -> String {
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

#[component]
pub fn RuleCode(result: Memo<Calculation>) -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.calc;
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
    view! {
        <section>
            <Choices state id=ParamId::ExportRule />
            <p class="note" data-testid="code-carries">{move || carried()}</p>
            <Code formats=&Format::OF_RECIPE write=Arc::new(move |format, _| code(ctx, result, format)) missing=|s| s.calc.code_missing />
        </section>
    }
}
