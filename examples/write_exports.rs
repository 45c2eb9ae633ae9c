//! Writes one file of every kind of export, and what `tests/exports/run.py` compares them with.
//!
//! Run: cargo run --no-default-features --example write_exports -- FOLDER

#[path = "../tests/support/export_cases.rs"]
mod export_cases;

use critical_batch::experiment::race_state::RacePlan;
use critical_batch::export::{deepspeed, optax, program, pytorch, ray, transformers};
use critical_batch::train::batch::BatchSampler;
use critical_batch::train::optim::Optimizer;
use critical_batch::train::rng::{Rng, Stream};
use critical_batch::train::run::Run;
use serde_json::json;
use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let write = |name: String, text: String| fs::write(folder.join(name), text);

    let mut jobs = Vec::new();
    for (name, recipe) in export_cases::recipes() {
        write(format!("single_{name}.py"), pytorch::single(&recipe))?;
        write(format!("ddp_{name}.py"), pytorch::ddp(&recipe))?;
        write(
            format!("transformers_{name}.py"),
            transformers::script(&recipe),
        )?;
        write(format!("deepspeed_{name}.json"), deepspeed::json(&recipe))?;
        write(format!("optax_{name}.py"), optax::script(&recipe))?;

        // Our own optimiser and schedule along given gradients.
        let mut rng = Rng::new(1, Stream::Noise);
        let theta: Vec<f32> = (0..6).map(|_| rng.normal() as f32).collect();
        let mut params = theta.clone();
        let mut optimizer = Optimizer::new(recipe.optimizer, params.len());
        let (mut gradients, mut rates, mut path) = (Vec::new(), Vec::new(), Vec::new());
        for step in 0..recipe.total_steps() {
            let gradient: Vec<f32> = (0..6).map(|_| (0.2 + rng.normal()) as f32).collect();
            let n_examples = step * recipe.batch.total();
            let lr = recipe
                .schedule
                .lr(recipe.lr, n_examples, recipe.budget_examples);
            optimizer.step(lr, &mut params, &gradient);
            gradients.push(gradient);
            rates.push(lr);
            path.push(params.clone());
        }
        jobs.push(json!({
            "name": name, "processes": recipe.batch.processes(), "batch": recipe.batch.total(),
            "accumulation": recipe.batch.accumulation, "is_summed": recipe.is_summed, "steps": recipe.total_steps(),
            "lrs": rates, "theta": theta, "gradients": gradients, "path": path,
        }));
    }

    let mut races = Vec::new();
    for (name, state) in export_cases::races() {
        let text = program::race(&state, export_cases::LINK).ok_or("the race is on the digits")?;
        write(format!("race_{name}.py"), text)?;
        races.push(json!({"name": name, "runs": RacePlan::of(&state).runs.len()}));
    }
    let sweep = ray::sweep(&export_cases::sweep(), export_cases::LINK).ok_or("on the digits")?;
    write("ray_sweep.py".to_owned(), sweep)?;

    let mut parity = Vec::new();
    for (name, config) in export_cases::parity_runs() {
        let valid = config.clone().check().map_err(|e| format!("{e:?}"))?;
        let mut run = Run::new(&valid);
        let weights = run.params().to_vec();
        run.advance(u64::MAX);
        let mut sampler = BatchSampler::new(1437, config.sampling, config.seed);
        let batches: Vec<Vec<u32>> = (0..run.step())
            .map(|_| {
                let mut batch = vec![0; config.batch_size as usize];
                sampler.draw(&mut batch);
                batch
            })
            .collect();
        let samples = run.samples();
        parity.push(json!({
            "name": name, "config": config, "weights": weights, "batches": batches,
            "batch_loss": samples.iter().filter_map(|s| s.batch_loss).collect::<Vec<_>>(),
            "train_loss": samples.iter().map(|s| s.train_loss).collect::<Vec<_>>(),
        }));
    }
    let all = json!({"jobs": jobs, "races": races, "parity": parity});
    write("expected.json".to_owned(), serde_json::to_string(&all)?)?;
    Ok(())
}
