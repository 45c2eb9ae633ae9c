//! Race: "if I really train with each rule, who gets there, in steps, in examples, in time?"

mod boundaries;
mod charts;
mod code;
mod controls;
mod handles;
mod notices;
mod results;
mod session;
mod transport;

use crate::ui::context::use_ctx;
use crate::ui::prelude::*;
use session::{Phase, Session};

#[component]
pub fn RacePanel() -> impl IntoView {
    let ctx = use_ctx();
    let session = Session::new(ctx);
    let hidden = RwSignal::new(crate::scenes::race::TEST_BIT);
    transport::listen(ctx, session);
    let digest = Memo::new(move |_| {
        let is_done = session.phase.get() == Phase::Done;
        is_done.then(|| session.record.with_untracked(|r| r.digest().to_string()))
    });
    view! {
        <div class="panel race" data-testid="panel-race"
            data-state=move || session.phase.get().key()
            data-job=move || session.job.get().0.to_string()
            data-digest=move || digest.get()>
            <aside class="side" aria-label=ctx.t(|s| s.curves.controls)>
                <Later><controls::RaceControls session /></Later>
            </aside>
            <div class="main">
                <header class="question">
                    <h1>{ctx.t(|s| s.race.question)}</h1>
                    <p class="muted hint">{ctx.t(|s| s.race.hint)}</p>
                </header>
                <transport::Transport session />
                <charts::LossFigure session hidden />
                <section class="below">
                    <notices::Notices session />
                    <results::Results session digest />
                </section>
                <Later><boundaries::Boundaries session /></Later>
                <Later><charts::ExtraCharts session hidden /></Later>
                <Later><code::RaceCode /></Later>
            </div>
        </div>
    }
}
