//! Calculator: "I have this recipe and this hardware. What do I type?"

mod code;
mod controls;
mod hardware;
mod llm;
mod results;
mod sources;

use crate::experiment::calculator::{Calculation, calculate};
use crate::params::defs::ParamId;
use crate::ui::context::use_ctx;
use crate::ui::controls::Choices;
use crate::ui::prelude::*;
use crate::units::format_sig;

/// A number as the panel shows it: four digits.
fn number(s: &crate::i18n::Strings, value: f64) -> String {
    format_sig(value, 4, s.grouping)
}

/// A whole number with all its digits.
fn whole(s: &crate::i18n::Strings, value: f64) -> String {
    format_sig(value, 12, s.grouping)
}

/// A table: its caption, its heads, and in each row a head and cells of (test id, text, raw number).
fn table(caption: &str, heads: Vec<&str>, rows: Vec<(String, Vec<Cell>)>) -> AnyView {
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=caption.to_owned()>
            <table class="table">
                <caption class="visually-hidden">{caption.to_owned()}</caption>
                <thead><tr>{heads.into_iter().map(|h| view! { <th scope="col">{h.to_owned()}</th> }).collect_view()}</tr></thead>
                <tbody>{rows.into_iter().map(|(head, cells)| view! {
                    <tr>
                        <th scope="row">{head}</th>
                        {cells.into_iter().map(|cell| view! {
                            <td data-testid=cell.test_id data-value=cell.value.map(|v| v.to_string())>{cell.text}</td>
                        }).collect_view()}
                    </tr>
                }).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A cell of a [`table`].
struct Cell {
    test_id: String,
    text: String,
    value: Option<f64>,
}

impl Cell {
    fn new(test_id: impl Into<String>, text: String, value: f64) -> Self {
        Self {
            test_id: test_id.into(),
            text,
            value: Some(value),
        }
    }

    fn text(text: impl Into<String>) -> Self {
        Self {
            test_id: String::new(),
            text: text.into(),
            value: None,
        }
    }
}

#[component]
pub fn CalcPanel() -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.calc;
    let result: Memo<Calculation> = Memo::new(move |_| state.with(calculate));
    let is_llm = move || state.with(|s| s.tab == 1);
    view! {
        <div class="panel calc" data-testid="panel-calc" data-state="ready">
            <aside class="side" aria-label=ctx.t(|s| s.curves.controls)>
                <Choices state id=ParamId::CalcTab />
                <Show when=move || !is_llm()><controls::RecipeControls result /></Show>
                <Show when=is_llm><llm::LlmControls /></Show>
            </aside>
            <div class="main">
                <header class="question">
                    <h1>{ctx.t(|s| s.calc.question)}</h1>
                    <p class="muted hint">{ctx.t(|s| s.calc.hint)}</p>
                </header>
                <Show when=move || !is_llm()>
                    <results::Results result />
                    <sources::Sources />
                </Show>
                <Show when=is_llm><llm::Laws /></Show>
            </div>
        </div>
    }
}
