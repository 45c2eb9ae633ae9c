//! Where measurements come in: a box to paste into, a file, a small table to type into, and examples.

use super::session::{MAX_BYTES, Session};
use crate::measurements::examples;
use crate::params::defs::ParamId;
use crate::ui::context::{Ctx, use_ctx};
use crate::ui::controls::{Choices, Help};
use crate::ui::prelude::*;
use crate::ui::save::restore;
use wasm_bindgen_futures::{JsFuture, spawn_local};

const EXAMPLES: [(&str, &str); 3] = [
    ("synthetic", examples::SYNTHETIC),
    ("digits", examples::DIGITS),
    ("mnist", examples::MNIST),
];

/// Rows of the small table at first.
const FEW_ROWS: usize = 4;

/// The file that is dropped, if nobody else has taken it.
fn dropped(ev: &web_sys::DragEvent) -> Option<web_sys::File> {
    if ev.default_prevented() {
        return None;
    }
    ev.prevent_default();
    ev.data_transfer()?.files()?.get(0)
}

/// Beside the box, a file that this page saved restores its screen; any other one holds measurements.
pub fn take_beside(ctx: Ctx, session: Session, ev: &web_sys::DragEvent) {
    let Some(file) = dropped(ev) else { return };
    spawn_local(async move {
        let text = JsFuture::from(file.text()).await.ok();
        let text = text.and_then(|text| text.as_string());
        if !text.is_some_and(|text| restore(ctx, &text)) {
            take(session, Some(file));
        }
    });
}

/// Reads a file of the reader's; nothing of it leaves the page.
fn take(session: Session, file: Option<web_sys::File>) {
    let Some(file) = file else { return };
    let n_bytes = file.size();
    if n_bytes > MAX_BYTES as f64 {
        return session.refuse(n_bytes as usize);
    }
    spawn_local(async move {
        // A file that was deleted meanwhile, or a folder, cannot be read: as if nothing had been dropped.
        if let Ok(buffer) = JsFuture::from(file.array_buffer()).await {
            session.put(js_sys::Uint8Array::new(&buffer).to_vec());
        }
    });
}

#[component]
pub fn Input(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let is_over = RwSignal::new(false);
    let on_drop = move |ev: web_sys::DragEvent| {
        is_over.set(false);
        take(session, dropped(&ev));
    };
    view! {
        <section class="group drop" class:over=move || is_over.get() data-testid="drop"
            on:dragover=move |ev: web_sys::DragEvent| { ev.prevent_default(); is_over.set(true); }
            on:dragleave=move |_| is_over.set(false)
            on:drop=on_drop>
            <label class="control-label" for="runs-text">{ctx.t(|s| s.runs.paste)}</label>
            <textarea id="runs-text" class="field paste" rows="9" spellcheck="false" autocomplete="off" wrap="off" data-testid="runs-text"
                aria-describedby="runs-note"
                placeholder=ctx.t(|s| s.runs.placeholder)
                prop:value=move || session.text.get()
                on:input:target=move |ev| session.edit(ev.target().value())></textarea>
            <p class="note" id="runs-note">{ctx.t(|s| s.runs.drop)}" "{ctx.t(|s| s.runs.kept_here)}</p>
            <div class="row">
                <label class="button file">
                    {ctx.t(|s| s.runs.choose)}
                    <input type="file" data-testid="runs-file" aria-describedby="runs-note" accept=".csv,.tsv,.txt,.json,.jsonl,text/*,application/json"
                        on:change:target=move |ev| {
                            take(session, ev.target().files().and_then(|files| files.get(0)));
                            // The same file may be chosen again after it changed.
                            ev.target().set_value("");
                        } />
                </label>
                <button type="button" class="button" data-testid="runs-clear" on:click=move |_| session.put(Vec::new())>{ctx.t(|s| s.runs.clear)}</button>
            </div>
        </section>
        <section class="group">
            <h2>{ctx.t(|s| s.runs.examples)}</h2>
            <div class="row">
                {EXAMPLES.into_iter().enumerate().map(|(i, (key, text))| view! {
                    <button type="button" class="button" data-testid=format!("example-{key}") on:click=move |_| session.put(text.into())>
                        {move || ctx.s().runs.example_names[i]}
                    </button>
                }).collect_view()}
            </div>
        </section>
        <Grid session />
        <section class="group"><Choices state=ctx.runs id=ParamId::RunsOptimizer /></section>
    }
}

/// A small table to type into. What stands in it becomes the text.
#[component]
fn Grid(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let cells = RwSignal::new(vec![[const { String::new() }; 3]; FEW_ROWS]);
    let n_rows = Memo::new(move |_| cells.with(Vec::len));
    let type_in = move |row: usize, column: usize, typed: String| {
        cells.update(|cells| {
            if let Some(cell) = cells.get_mut(row).and_then(|cells| cells.get_mut(column)) {
                *cell = typed;
            }
        });
        // Semicolons, so that decimal commas may be typed.
        let mut text = "batch_size;lr;steps_to_target\n".to_owned();
        cells.with_untracked(|cells| {
            for row in cells
                .iter()
                .filter(|row| row.iter().any(|cell| !cell.is_empty()))
            {
                text += &(row.join(";") + "\n");
            }
        });
        session.edit(text);
    };
    let names = move |column: usize| {
        let runs = &ctx.s().runs;
        [runs.columns[0], runs.columns[1], runs.steps_axis][column]
    };
    let help = Help::new(
        "runs-grid",
        |ctx| ctx.s().runs.grid,
        |ctx| ctx.s().runs.grid_help,
    );
    view! {
        <details class="helped" data-testid="runs-grid">
            <summary>{ctx.t(|s| s.runs.grid)}</summary>
            {help.button()}
            {help.text()}
            <table class="table grid">
                <thead><tr>{(0..3).map(|column| view! { <th scope="col">{move || names(column)}</th> }).collect_view()}</tr></thead>
                <tbody>{move || (0..n_rows.get()).map(|row| view! {
                    <tr>{(0..3).map(|column| view! {
                        <td><input type="text" class="field" inputmode="decimal" autocomplete="off" spellcheck="false"
                            data-testid=format!("cell-{row}-{column}")
                            aria-label=move || format!("{} {}", names(column), row + 1)
                            prop:value=cells.with_untracked(|cells| cells[row][column].clone())
                            on:input:target=move |ev| type_in(row, column, ev.target().value()) /></td>
                    }).collect_view()}</tr>
                }).collect_view()}</tbody>
            </table>
            <button type="button" class="button" data-testid="add-row" on:click=move |_| cells.update(|cells| cells.push(Default::default()))>
                {ctx.t(|s| s.runs.add_row)}
            </button>
        </details>
    }
}
