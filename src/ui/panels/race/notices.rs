//! What the reader should know before or after a race: limits, refusals, the way out when everything diverged.

use super::session::{Phase, Session};
use crate::experiment::race::RaceConfig;
use crate::experiment::race_record::Standing;
use crate::experiment::race_state::n_train_examples;
use crate::params::defs::{ParamId, Params, Value};
use crate::ui::context::use_ctx;
use crate::ui::prelude::*;
use crate::units::{format_count, format_sig};

#[component]
pub fn Notices(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    let state = ctx.race;
    // Sentences about the settings and about what cannot be trained.
    let warnings = Memo::new(move |_| {
        let s = ctx.s();
        let mut sentences = Vec::new();
        state.with(|st| {
            let config = RaceConfig::of(st);
            for lane in config.lanes() {
                if let Some(warning) = config.stability_warning(&lane) {
                    sentences.push((s.race.stability)(
                        s.race.lanes[lane.kind as usize],
                        &format_sig(warning.lr_times_curvature, 3, s.grouping),
                        &format_sig(warning.limit, 3, s.grouping),
                    ));
                }
            }
            let n_train = n_train_examples(st.task).map(f64::from);
            if let Some(n) = n_train.filter(|n| st.batch.max(st.base_batch) > *n) {
                sentences.push((s.race.batch_above_data)(
                    &format_sig(st.batch.max(st.base_batch), 6, s.grouping),
                    &format_sig(n, 6, s.grouping),
                ));
            }
        });
        session.record.with(|record| {
            for run in &record.runs {
                if let Some(error) = run.refused {
                    let sentence = (s.race.refused)(
                        (s.race.config_fields)(error.field),
                        &format_sig(error.value, 4, s.grouping),
                        &format_sig(error.min, 4, s.grouping),
                        &format_sig(error.max, 4, s.grouping),
                    );
                    if !sentences.contains(&sentence) {
                        sentences.push(sentence);
                    }
                }
            }
        });
        sentences
    });
    let has_all_diverged = Memo::new(move |_| {
        session.phase.get() == Phase::Done
            && session.record.with(|record| {
                let results = record.results(0.0);
                !results.is_empty()
                    && results
                        .iter()
                        .enumerate()
                        .all(|(i, r)| matches!(record.standing(i, r), Standing::Diverged { .. }))
            })
    });
    let quarter = move |_| {
        state.update(|s| {
            for id in [ParamId::BaseLr, ParamId::CustomLr] {
                s.put(id, Value::Number(s.number(id) / 4.0));
            }
        });
    };
    let is_lost = move || {
        session.phase.get() == Phase::Failed
            && session
                .record
                .with(|r| r.runs.iter().any(|run| run.refused.is_none()))
    };
    view! {
        <p class="aside" data-testid="on-page" hidden=move || !session.is_on_page.get()>{ctx.t(|s| s.race.on_page)}</p>
        <ul class="warnings" data-testid="race-warnings" hidden=move || warnings.with(Vec::is_empty)>
            {move || warnings.get().into_iter().map(|text| view! { <li class="aside warn">{text}</li> }).collect_view()}
        </ul>
        <p class="aside warn" data-testid="race-lost" hidden=move || !is_lost()>{ctx.t(|s| s.race.lost)}</p>
        <div class="aside warn offer" data-testid="all-diverged" hidden=move || !has_all_diverged.get()>
            <span>{ctx.t(|s| s.race.all_diverged)}</span>
            <button type="button" class="button" data-testid="quarter-all" on:click=quarter>{ctx.t(|s| s.race.quarter_all)}</button>
        </div>
    }
}

/// Budget in epochs, where there is a training set.
pub fn epochs_text(ctx: crate::ui::context::Ctx) -> Option<String> {
    let (task, budget) = ctx.race.with(|s| (s.task, s.budget));
    let n = f64::from(n_train_examples(task)?);
    let s = ctx.s();
    let epochs = budget / n;
    Some((s.race.epochs)(&if epochs >= 10.0 {
        format_count(libm::round(epochs) as u64, s.grouping)
    } else {
        format_sig(epochs, 2, s.grouping)
    }))
}
