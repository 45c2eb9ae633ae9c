//! The sweep as a program for a bigger machine, and its best cell as code for another job.

use super::session::Session;
use crate::experiment::race::LaneKind;
use crate::experiment::race_state::RacePlan;
use crate::experiment::sweep::state::race_of_cell;
use crate::export::code::{Format, of_recipe};
use crate::export::recipe::Recipe;
use crate::ui::code::Code;
use crate::ui::context::use_ctx;
use crate::ui::link;
use crate::ui::panels::later::program_of;
use crate::ui::prelude::*;
use std::sync::Arc;

const FORMATS: &[Format] = &[
    Format::RayTune,
    Format::Single,
    Format::Ddp,
    Format::Transformers,
    Format::DeepSpeed,
    Format::Optax,
];

#[component]
pub fn SweepCode(session: Session) -> impl IntoView {
    let ctx = use_ctx();
    // Batch sizes with a best learning rate between worse ones.
    let usable = move || {
        session.findings.with(|f| {
            let points = f.ridge.iter().filter(|p| p.is_usable());
            points.map(|p| (p.batch, p.lr.mean)).collect::<Vec<_>>()
        })
    };
    let names = move || {
        let s = ctx.s();
        let name = |(batch, _): (u32, f64)| format!("B = {batch}, {}", s.code.best_cell);
        usable().into_iter().map(name).collect()
    };
    let write = move |format: Format, i: usize| {
        let address = link::full(&ctx);
        if format == Format::RayTune {
            return program_of(format, ctx.race.get(), address);
        }
        let (batch, lr) = *usable().get(i)?;
        let config = session.record.with(|r| r.config().clone());
        let race = ctx
            .race
            .with(|state| race_of_cell(state, &config, batch.trailing_zeros(), lr));
        let plan = RacePlan::of(&race);
        let lane = plan
            .lanes
            .iter()
            .position(|lane| lane.kind == LaneKind::Custom)?;
        let rule = ctx.s().code.best_cell.to_owned();
        of_recipe(&Recipe::of_lane(&plan, lane, rule, address)?, format)
    };
    view! { <Code formats=FORMATS write=Arc::new(write) names=Arc::new(names) /> }
}
