//! Noise: "why is there a critical batch at all?"

mod controls;
mod digits;
mod found;
mod handles;
mod numbers;
mod pictures;
mod session;

use crate::experiment::noise_lab::state::Lab;
use crate::ui::context::use_ctx;
use crate::ui::prelude::*;
use session::Session;

#[component]
pub fn NoisePanel() -> impl IntoView {
    let ctx = use_ctx();
    let session = Session::of(ctx);
    digits::listen(ctx, session);
    let lab = Memo::new(move |_| ctx.noise.with(Lab::of));
    view! {
        <div class="noise" data-testid="panel-noise"
            data-state=move || session.phase.get().key()
            data-lab=move || lab.with(numbers::kind)
            data-job=move || session.job.get().0.to_string()
            data-digest=move || session.digest()
            data-on-page=move || session.is_on_page.get()>
            <div class="panel">
                <aside class="side" aria-label=ctx.t(|s| s.curves.controls)>
                    <controls::NoiseControls />
                </aside>
                <div class="main">
                    <header class="question">
                        <h1>{ctx.t(|s| s.noise.question)}</h1>
                        <p class="muted hint">{ctx.t(|s| s.noise.hint)}</p>
                    </header>
                    <pictures::Pictures lab />
                    <div class="answers">
                        <Later><pictures::BestFigure lab /></Later>
                        <Later><numbers::Numbers lab /></Later>
                    </div>
                </div>
            </div>
            <Later><digits::Digits session /></Later>
        </div>
    }
}
