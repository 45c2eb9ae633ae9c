//! Your runs: "what is the critical batch of the model that I train, and which learning rate should I use?"

mod charts;
mod facts;
mod input;
mod recommend;
mod results;
mod session;
mod table;

use crate::ui::context::use_ctx;
use crate::ui::prelude::*;
use session::Session;

#[component]
pub fn RunsPanel() -> impl IntoView {
    let ctx = use_ctx();
    let session = Session::of(ctx);
    view! {
        <div class="panel runs" data-testid="panel-runs" data-state=move || session.phase.get().key()
            on:drop=move |ev: web_sys::DragEvent| input::take_beside(ctx, session, &ev)>
            <aside class="side" aria-label=ctx.t(|s| s.runs.paste)>
                <input::Input session />
            </aside>
            <div class="main">
                <header class="question">
                    <h1>{ctx.t(|s| s.runs.question)}</h1>
                    <p class="muted hint">{ctx.t(|s| s.runs.hint)}</p>
                </header>
                <section class="below">
                    <results::Kinds session />
                    <results::Status session />
                    <results::Answer session />
                    <results::BadRows session />
                </section>
            </div>
        </div>
    }
}
