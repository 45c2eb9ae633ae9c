//! Sweep: "where is the best learning rate for each batch, and where does the line bend?"

mod anchor;
mod cells;
mod code;
mod controls;
mod detail;
mod map;
mod results;
mod session;
mod table;
mod transport;

use crate::ui::context::use_ctx;
use crate::ui::prelude::*;
use session::{Phase, Session};

#[component]
pub fn SweepPanel() -> impl IntoView {
    let ctx = use_ctx();
    let session = Session::of(ctx);
    transport::listen(ctx, session);
    let digest = Memo::new(move |_| {
        let is_done = session.phase.get() == Phase::Done;
        is_done.then(|| session.record.with_untracked(|r| r.digest().to_string()))
    });
    view! {
        <div class="panel sweep" data-testid="panel-sweep"
            data-state=move || session.phase.get().key()
            data-job=move || session.job.get().0.to_string()
            data-digest=move || digest.get()>
            <aside class="side" aria-label=ctx.t(|s| s.curves.controls)>
                <Later><controls::SweepControls /></Later>
            </aside>
            <div class="main">
                <header class="question">
                    <h1>{ctx.t(|s| s.sweep.question)}</h1>
                    <p class="muted hint">{ctx.t(|s| s.sweep.hint)}</p>
                </header>
                <transport::Transport session />
                <map::MapFigure session />
                <section class="below">
                    <results::Notices session />
                    <detail::Detail session />
                    <div class="answers">
                        <results::ScoreFigure session />
                        <results::Result session digest />
                    </div>
                    <Later><table::Table session /></Later>
                    <Later><code::SweepCode session /></Later>
                </section>
            </div>
        </div>
    }
}
