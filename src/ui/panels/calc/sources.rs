//! What was published: where runs of the recipe ended, and where tasks sit.

use super::{Cell, number, table};
use crate::theory::measured::{BatchUnit, MEASURED_BATCHES, Measured};
use crate::theory::presets::{Citation, MCCANDLISH_2018_TABLE_1, PRESETS};
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::prelude::*;

/// "Goyal et al. (2017), title, arXiv:…, section 5"
pub fn citation(c: &Citation) -> String {
    let year = c.year.map(|y| y.to_string());
    let arxiv = c.arxiv.map(|id| format!("arXiv:{id}"));
    let parts = [
        c.authors.map(str::to_owned),
        year,
        Some(c.title.to_owned()),
        arxiv,
        Some(c.place.to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn outcomes(ctx: Ctx, preset: usize) -> Option<AnyView> {
    let s = ctx.s();
    // A recipe of the reader's own has no source.
    let preset = PRESETS.get(preset)?;
    let source = view! { <p class="note" data-testid="preset-source">{s.calc.source}{s.colon}{citation(&preset.source)}</p> };
    if preset.outcomes.is_empty() {
        return Some(source.into_any());
    }
    let rows = preset.outcomes.iter().map(|o| {
        let error = format!("{:.2} ± {:.2} %", o.error_percent, o.error_std);
        let cells = vec![
            Cell::text(number(s, o.lr.get())),
            Cell::text(s.calc.warmups[o.warmup as usize]),
            Cell::new("", error, o.error_percent),
        ];
        (number(s, o.batch.get()), cells)
    });
    let heads = vec![
        s.calc.column_batch,
        "η",
        s.calc.column_warmup,
        s.calc.column_error,
    ];
    Some(
        view! {
            <section data-testid="outcomes">
                <h2>{s.calc.outcomes_title}</h2>
                {table(s.calc.outcomes_title, heads, rows.collect())}
                {source}
            </section>
        }
        .into_any(),
    )
}

fn measured(ctx: Ctx, value: Measured) -> Cell {
    let s = ctx.s();
    let n = |v: f64| number(s, v);
    Cell::text(match value {
        Measured::Value(v) => n(v),
        Measured::Range(low, high) => (s.calc.between)(&n(low), &n(high)),
        Measured::AtLeast(v) => (s.calc.at_least)(&n(v)),
        Measured::Absent => s.calc.absent.to_owned(),
    })
}

fn tasks(ctx: Ctx) -> AnyView {
    let s = ctx.s();
    let rows = MEASURED_BATCHES.iter().map(|row| {
        let unit = match row.unit {
            BatchUnit::Examples => 0,
            BatchUnit::Tokens => 1,
            BatchUnit::Frames => 2,
            BatchUnit::AsStated => 3,
        };
        let numbers = [
            row.critical_early,
            row.critical_end,
            row.simple_early,
            row.simple_average,
        ];
        let cells = core::iter::once(Cell::text(s.calc.units[unit]))
            .chain(numbers.map(|v| measured(ctx, v)));
        ((s.calc.task)(row.task).to_owned(), cells.collect())
    });
    let heads = vec![
        s.calc.column_task,
        s.calc.column_unit,
        s.calc.column_critical_early,
        s.calc.column_critical_end,
        s.calc.column_simple_early,
        s.calc.column_simple_average,
    ];
    table(s.calc.tasks_title, heads, rows.collect())
}

#[component]
pub fn Sources() -> impl IntoView {
    let ctx = use_ctx();
    let preset = Memo::new(move |_| ctx.calc.with(|s| s.preset));
    view! {
        {move || outcomes(ctx, preset.get())}
        <details data-testid="tasks">
            <summary>{ctx.t(|s| s.calc.tasks_title)}</summary>
            <p class="note">{ctx.t(|s| s.calc.tasks_note)}</p>
            {move || tasks(ctx)}
            <p class="note">{citation(&MCCANDLISH_2018_TABLE_1)}</p>
        </details>
    }
}
