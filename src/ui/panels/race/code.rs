//! The race as a program, and each of its lanes as code for another job.

use crate::experiment::race_state::RacePlan;
use crate::export::code::{Format, of_recipe};
use crate::export::recipe::Recipe;
use crate::ui::code::Code;
use crate::ui::context::use_ctx;
use crate::ui::link;
use crate::ui::panels::later::program_of;
use crate::ui::prelude::*;
use std::sync::Arc;

const FORMATS: &[Format] = &[
    Format::Race,
    Format::Single,
    Format::Ddp,
    Format::Transformers,
    Format::DeepSpeed,
    Format::Optax,
];

#[component]
pub fn RaceCode() -> impl IntoView {
    let ctx = use_ctx();
    let plan = Memo::new(move |_| ctx.race.with(RacePlan::of));
    let lane_name = move |i: usize| {
        let kind = plan.with(|p| p.lanes.get(i).map(|lane| lane.kind))?;
        Some(ctx.s().race.lanes[kind as usize].to_owned())
    };
    let names = move || {
        let n = plan.with(|p| p.lanes.len());
        (0..n).filter_map(lane_name).collect::<Vec<_>>()
    };
    let write = move |format: Format, lane: usize| {
        let address = link::full(&ctx);
        if format == Format::Race {
            return program_of(format, ctx.race.get(), address);
        }
        let rule = lane_name(lane)?;
        let recipe = plan.with(|p| Recipe::of_lane(p, lane, rule, address))?;
        of_recipe(&recipe, format)
    };
    view! { <Code formats=FORMATS write=Arc::new(write) names=Arc::new(names) /> }
}
