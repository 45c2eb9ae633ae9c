//! The generated files: what they say here, and what they did when `make test-exports` ran them
//! (`exports/output/`, with the versions).
#![allow(clippy::unwrap_used)]

#[path = "support/export_cases.rs"]
mod export_cases;

use critical_batch::experiment::race::LaneKind;
use critical_batch::experiment::race_state::RacePlan;
use critical_batch::experiment::sweep::config::SweepConfig;
use critical_batch::experiment::sweep::outcome::Outcome;
use critical_batch::export::recipe::{BatchFactors, Recipe};
use critical_batch::export::{deepspeed, optax, program, pytorch, ray, transformers};
use critical_batch::params::race::{LANE_NAMES, OptimizerKind, RaceState, SweepMetric, TaskKind};
use critical_batch::train::run::Run;
use critical_batch::train::spec::{ConfigField, Decay, OptimizerSpec, StopReason, Warmup};
use critical_batch::units::{Grouping, format_sig};
use critical_batch::worker::measure::Measurement;
use critical_batch::worker::protocol::CellRun;
use export_cases::LINK;
use serde_json::Value;
use std::collections::HashMap;

/// Every format of a recipe, with its name.
fn formats(recipe: &Recipe) -> [(&'static str, String); 5] {
    [
        ("single", pytorch::single(recipe)),
        ("ddp", pytorch::ddp(recipe)),
        ("transformers", transformers::script(recipe)),
        ("deepspeed", deepspeed::json(recipe)),
        ("optax", optax::script(recipe)),
    ]
}

#[test]
fn ac_39_every_format_names_the_rate_on_screen_the_rule_and_the_link() {
    for (name, recipe) in export_cases::recipes() {
        recipe.check().unwrap();
        let shown = format_sig(recipe.lr, 4, Grouping::None);
        for (format, text) in formats(&recipe) {
            let place = format!("{format} of {name}:\n{text}");
            assert!(text.contains(&shown), "{shown} is missing in {place}");
            assert!(text.contains(LINK), "{place}");
            assert!(text.contains("4 \u{2192} 32"), "{place}");
            for word in ["NaN", "inf,", "inf\n"] {
                assert!(!text.contains(word), "{word} in {place}");
            }
            // The constant itself has all the digits that count.
            let after = |key: &str| {
                let rest = &text[text.find(key).unwrap() + key.len()..];
                let end = rest.find([' ', ',', '\n', '}']).unwrap();
                rest[..end].parse::<f64>().unwrap()
            };
            let lr = after(if format == "deepspeed" {
                "\"lr\": "
            } else {
                "LR = "
            });
            assert!((lr / recipe.lr - 1.0).abs() < 1e-14, "{lr} in {place}");
        }
    }
}

#[test]
fn a_product_of_decimals_is_written_without_its_last_bits() {
    let (_, recipe) = &export_cases::recipes()[2];
    assert_eq!(recipe.lr.to_bits(), 0.300_000_000_000_000_04_f64.to_bits());
    assert!(pytorch::single(recipe).contains("LR = 0.3  # 0.3\n"));
}

#[test]
fn deepspeed_files_are_json_whose_batch_adds_up() {
    for (name, recipe) in export_cases::recipes() {
        let json: Value = serde_json::from_str(&deepspeed::json(&recipe)).unwrap();
        let (b, total) = (recipe.batch, recipe.batch.total());
        assert_eq!(json["train_batch_size"], total, "{name}");
        let product = json["train_micro_batch_size_per_gpu"].as_u64().unwrap()
            * json["gradient_accumulation_steps"].as_u64().unwrap()
            * b.processes();
        assert_eq!(product, total, "{name}");
        let comments = json["_comment"].as_array().unwrap();
        assert_eq!(comments[0], recipe.rule);
        assert_eq!(comments[1], LINK);
        let is_flat = recipe.warmup_examples() == 0 && recipe.schedule.decay == Decay::Constant;
        let is_told = comments
            .iter()
            .any(|c| c.as_str().unwrap().contains("LambdaLR"));
        let is_beyond = matches!(recipe.schedule.decay, Decay::Steps { .. })
            || matches!(recipe.schedule.warmup, Warmup::Constant { .. });
        assert_eq!(is_told, is_beyond, "{name}");
        assert_eq!(
            json.get("scheduler").is_none(),
            is_flat || is_beyond,
            "{name}"
        );
        // Its own Adam is AdamW unless told otherwise.
        let adam = json["optimizer"]["params"].get("adam_w_mode");
        let is_adam = matches!(recipe.optimizer, OptimizerSpec::Adam { .. });
        assert_eq!(adam == Some(&Value::Bool(false)), is_adam, "{name}");
    }
}

#[test]
fn one_process_makes_the_batch_of_several() {
    let (_, recipe) = &export_cases::recipes()[1];
    assert_eq!((recipe.batch.processes(), recipe.batch.total()), (2, 32));
    let single = pytorch::single(recipe);
    assert!(single.contains("DEVICES = 1  #") && single.contains("ACCUMULATION = 4  #"));
    let ddp = pytorch::ddp(recipe);
    assert!(ddp.contains("DEVICES = 2  #") && ddp.contains("ACCUMULATION = 2  #"));
    assert!(ddp.contains("torchrun --standalone --nproc-per-node=2"));
    let nodes = Recipe {
        batch: BatchFactors {
            nodes: 3,
            ..recipe.batch
        },
        ..recipe.clone()
    };
    assert!(pytorch::ddp(&nodes).contains("--nnodes=3 --nproc-per-node=2"));
    assert_eq!(nodes.batch.total(), 96);
}

#[test]
fn a_rule_cannot_break_out_of_its_comment() {
    let (_, recipe) = &export_cases::recipes()[0];
    let nasty = Recipe {
        rule: "a \"quoted\\\" rule\nimport os".to_owned(),
        ..recipe.clone()
    };
    for (format, text) in formats(&nasty) {
        if format == "deepspeed" {
            let json: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(json["_comment"][0], "a \"quoted\\\" ruleimport os");
        } else {
            assert!(
                text.starts_with("# a \"quoted\\\" ruleimport os\n"),
                "{text}"
            );
        }
    }
    let text = program::race(&RaceState::default(), "https://x/\"\nimport os").unwrap();
    assert!(text.contains("LINK = \"https://x/\\\"import os\"\n"));
}

#[test]
fn what_cannot_be_trained_is_refused_with_its_range() {
    let (_, recipe) = &export_cases::recipes()[0];
    for lr in [f64::NAN, 0.0, -1.0, f64::INFINITY, 1e5] {
        let error = Recipe {
            lr,
            ..recipe.clone()
        }
        .check()
        .unwrap_err();
        assert_eq!(error.field, ConfigField::LearningRate);
    }
    let optimizer = OptimizerSpec::AdamW {
        beta1: 0.9,
        beta2: 1.0,
        eps: 1e-8,
        weight_decay: 0.0,
    };
    let error = Recipe {
        optimizer,
        ..recipe.clone()
    }
    .check()
    .unwrap_err();
    assert_eq!(error.field, ConfigField::Beta2);
    // A warmup or a budget longer than this site would train is the reader's own affair.
    let mut long = recipe.clone();
    long.budget_examples = 1_000_000_000_000;
    long.schedule.warmup = Warmup::Gradual {
        start_lr: 0.0,
        n_examples: 10_000_000_000,
    };
    long.check().unwrap();
    assert!(pytorch::single(&long).contains("if n < 10000000000:"));
    // Factors of 0, which nobody can type, count as 1.
    let none = BatchFactors {
        per_device: 0,
        devices: 0,
        nodes: 0,
        accumulation: 0,
    };
    assert_eq!(none.total(), 1);
}

#[test]
fn a_lane_becomes_the_recipe_of_its_runs() {
    for (_, state) in export_cases::races() {
        let plan = RacePlan::of(&state);
        for (lane_idx, lane) in plan.lanes.iter().enumerate() {
            let recipe = Recipe::of_lane(&plan, lane_idx, String::new(), LINK.to_owned()).unwrap();
            let run = &plan.runs[plan.runs_of(lane_idx).start].config;
            assert_eq!(recipe.batch.total(), u64::from(lane.batch));
            assert_eq!(
                recipe.total_steps(),
                critical_batch::train::run::total_steps(run)
            );
            assert_eq!(
                (recipe.lr.to_bits(), recipe.schedule),
                (lane.lr.to_bits(), run.schedule)
            );
            recipe.check().unwrap();
        }
        let n_lanes = plan.lanes.len();
        assert_eq!(
            Recipe::of_lane(&plan, n_lanes, String::new(), String::new()),
            None
        );
    }
}

#[test]
fn programs_are_made_for_every_optimiser_but_only_on_the_digits() {
    use OptimizerKind as O;
    let rows = [
        (O::Sgd, "torch.optim.SGD(params, lr=lr, momentum=0.0"),
        (O::Momentum, "torch.optim.SGD(params, lr=lr, momentum=0.9"),
        (O::Nesterov, "nesterov=True"),
        (O::RmsProp, "torch.optim.RMSprop(params, lr=lr, alpha=0.99"),
        (
            O::Adam,
            "torch.optim.Adam(params, lr=lr, betas=(0.9, 0.999), eps=1e-8",
        ),
        (
            O::AdamW,
            "torch.optim.AdamW(params, lr=lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)",
        ),
    ];
    for (optimizer, expected) in rows {
        let state = RaceState::for_task(TaskKind::Digits, optimizer);
        for text in [program::race(&state, LINK), ray::sweep(&state, LINK)] {
            let text = text.unwrap();
            assert!(text.contains(expected), "{optimizer:?}");
            assert!(text.starts_with(&format!("# {LINK}\n")));
        }
        for task in [
            TaskKind::Spirals,
            TaskKind::LinearRegression,
            TaskKind::Quadratic,
        ] {
            let state = RaceState::for_task(task, optimizer);
            assert_eq!(program::race(&state, LINK), None);
            assert_eq!(ray::sweep(&state, LINK), None);
        }
    }
}

#[test]
fn a_program_holds_the_lanes_and_every_digit_of_their_rates() {
    for (_, state) in export_cases::races() {
        let text = program::race(&state, LINK).unwrap();
        let plan = RacePlan::of(&state);
        for lane in &plan.lanes {
            let row = format!(
                "dict(name=\"{}\", batch={}, lr={:?},",
                LANE_NAMES[lane.kind as usize], lane.batch, lane.lr
            );
            assert!(text.contains(&row), "{row}");
        }
        assert_eq!(text.matches("dict(name=").count(), plan.lanes.len());
        for run in &plan.runs {
            assert!(text.contains(&run.config.seed.to_string()));
        }
        let digits = text
            .split("DIGITS = \"\"\"\n")
            .nth(1)
            .unwrap()
            .split("\"\"\"")
            .next()
            .unwrap();
        assert_eq!(digits.lines().count(), 1797);
        assert!(digits.lines().all(|line| line.len() == 65));
        // scikit-learn's sum of all pixels; see the test in `train/data/digits.rs`.
        let pixel_sum: u32 = digits
            .lines()
            .flat_map(|line| line[1..].chars().map(|c| c.to_digit(17).unwrap()))
            .sum();
        assert_eq!(pixel_sum, 561_718);
    }
}

#[test]
fn a_sweep_program_starts_where_the_search_does_or_holds_the_whole_range() {
    let state = RaceState {
        largest_batch: 0,
        ..RaceState::default()
    };
    let config = SweepConfig::of(&state);
    let text = ray::sweep(&state, LINK).unwrap();
    let grid = grid_of(&text);
    assert_eq!(grid.len(), 7);
    for (batch_idx, (batch, rates)) in (0..).zip(&grid) {
        assert_eq!(*batch, config.batch(batch_idx));
        assert_eq!(rates.len(), 13);
        let start = 2_f64.powf(f64::from(config.first_rung(batch_idx)) / 2.0);
        assert!((rates[6] / start - 1.0).abs() < 1e-12);
    }
    let fixed = ray::sweep(&export_cases::sweep(), LINK).unwrap();
    for (_, rates) in grid_of(&fixed) {
        assert_eq!((rates.len(), rates[0], rates[4]), (5, 0.0625, 0.25));
    }
    for (metric, name) in [
        (SweepMetric::StepsToTarget, "steps_to_target"),
        (SweepMetric::LossAtExamples, "loss_at_equal_examples"),
        (SweepMetric::LossAtSteps, "loss_at_equal_steps"),
    ] {
        let state = RaceState {
            sweep_metric: metric,
            ..RaceState::default()
        };
        let text = ray::sweep(&state, LINK).unwrap();
        assert!(text.contains(&format!("METRIC = \"{name}\"\n")));
    }
}

fn grid_of(text: &str) -> Vec<(u32, Vec<f64>)> {
    let grid = text.split("GRID = [").nth(1).unwrap();
    let rows = grid.lines().skip(1).take_while(|line| *line != "]");
    rows.map(|row| {
        let (batch, rates) = row
            .trim_matches([' ', '(', ')', ','])
            .split_once(", [")
            .unwrap();
        let rates = rates.trim_end_matches(']').split(", ");
        (
            batch.parse().unwrap(),
            rates.map(|r| r.parse().unwrap()).collect(),
        )
    })
    .collect()
}

// What the files did when they ran.

fn relative(found: f64, expected: f64) -> f64 {
    (found - expected).abs() / expected.abs()
}

#[test]
fn pytorch_from_our_weights_and_batches_has_our_losses_for_200_steps() {
    let kept: Value = serde_json::from_str(include_str!("exports/output/parity.json")).unwrap();
    assert!(kept["versions"]["torch"].is_string());
    for (name, config) in export_cases::parity_runs() {
        let mut run = Run::new(&config.check().unwrap());
        assert_eq!(run.advance(u64::MAX), Some(StopReason::BudgetSpent));
        let theirs = |key: &str| -> Vec<f64> {
            serde_json::from_value(kept["runs"][name][key].clone()).unwrap()
        };
        let (batch_loss, train_loss) = (theirs("batch_loss"), theirs("train_loss"));
        assert_eq!(
            (batch_loss.len(), train_loss.len(), run.samples().len()),
            (200, 201, 201)
        );
        for (sample, theirs) in run.samples().iter().zip(&train_loss) {
            let error = relative(sample.train_loss, *theirs);
            assert!(
                error < 1e-4,
                "{name}, training loss after step {}: {error}",
                sample.step
            );
        }
        for (sample, theirs) in run.samples()[1..].iter().zip(&batch_loss) {
            let error = relative(sample.batch_loss.unwrap(), *theirs);
            assert!(
                error < 1e-4,
                "{name}, batch loss of step {}: {error}",
                sample.step
            );
        }
        // It has learnt, or agreement would say little.
        assert!(train_loss[200] < 0.5 * train_loss[0]);
    }
}

/// Rows of a table by column names; the first line is the link.
fn table(text: &str) -> Vec<HashMap<&str, &str>> {
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(format!("# {LINK}").as_str()));
    let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            assert_eq!(fields.len(), columns.len(), "{line}");
            columns.iter().copied().zip(fields).collect()
        })
        .collect()
}

#[test]
fn the_race_programs_drew_our_curves() {
    let outputs = [
        include_str!("exports/output/race_warm_cosine.csv"),
        include_str!("exports/output/race_adam_relu_replaced.csv"),
    ];
    for ((name, state), text) in export_cases::races().into_iter().zip(outputs) {
        let plan = RacePlan::of(&state);
        let rows = table(text);
        let mut n_rows = 0;
        for numbered in &plan.runs {
            let (lane_idx, seed_idx) = plan.config.place_of(numbered.run);
            let lane = LANE_NAMES[plan.lanes[lane_idx].kind as usize];
            let mut run = Run::new(&numbered.config.clone().check().unwrap());
            run.advance(u64::MAX);
            let theirs: Vec<_> = rows
                .iter()
                .filter(|r| r["lane"] == lane && r["seed_index"] == seed_idx.to_string())
                .collect();
            assert_eq!(theirs.len(), run.samples().len(), "{name}, {lane}");
            n_rows += theirs.len();
            for (sample, row) in run.samples().iter().zip(theirs) {
                let value = |column: &str| row[column].parse::<f64>().unwrap();
                let place = format!("{name}, {lane}, seed {seed_idx}, step {}", sample.step);
                assert_eq!(row["step"], sample.step.to_string(), "{place}");
                assert_eq!(row["examples"], sample.n_examples.to_string(), "{place}");
                // At the end of a cosine the rate is a small difference of large numbers.
                let lr_error = (value("lr") - sample.lr).abs();
                assert!(lr_error <= 1e-14 * numbered.config.lr, "{place}: lr");
                // Single precision drifts apart slowly; the longest of these runs has 1437 steps.
                for (column, ours) in [
                    ("train_loss", sample.train_loss),
                    ("test_loss", sample.test_loss.unwrap()),
                ] {
                    let error = relative(value(column), ours);
                    assert!(error < 1e-3, "{place}: {column} differs by {error}");
                }
                let accuracy = (value("test_accuracy") - sample.test_accuracy.unwrap()).abs();
                assert!(accuracy < 1.5 / 360.0, "{place}: test accuracy");
                assert_eq!(
                    row["batch_loss"].is_empty(),
                    sample.batch_loss.is_none(),
                    "{place}"
                );
            }
        }
        assert_eq!(n_rows, rows.len(), "{name}");
        assert!(plan.lanes.iter().any(|lane| lane.kind == LaneKind::Sqrt));
    }
}

#[test]
fn the_ray_sweep_measured_our_cells() {
    let config = SweepConfig::of(&export_cases::sweep());
    let rows = table(include_str!("exports/output/ray_sweep.csv"));
    assert_eq!(rows.len(), 7 * 5);
    let mut n_scored = 0;
    for row in &rows {
        let number = |column: &str| row[column].parse::<f64>().unwrap();
        let batch = number("batch_size [examples]");
        let rung = (2.0 * number("lr").log2()).round() as i32;
        let run = Measurement::to_end(&CellRun {
            cell: 0,
            config: config.run(batch.log2() as u32, rung, 0),
            target: config.target(),
            max_steps: None,
        })
        .unwrap();
        let place = format!("B {batch}, lr {}", row["lr"]);
        match Outcome::of(&run, config.metric) {
            Outcome::Scored(steps) => {
                n_scored += 1;
                assert_eq!(row["outcome"], "scored", "{place}");
                let error = relative(number("steps_to_target"), steps);
                assert!(error < 1e-3, "{place}: {error}");
                let examples = number("steps_to_target") * batch;
                assert!(relative(number("examples_to_target [examples]"), examples) < 1e-12);
                assert_eq!(row["steps_done"], run.n_steps.to_string(), "{place}");
                let error = relative(number("final_train_loss"), run.curve.last().unwrap().1);
                assert!(error < 1e-3, "{place}: final loss differs by {error}");
            }
            Outcome::Missed => assert_eq!(row["outcome"], "missed", "{place}"),
            Outcome::Diverged { .. } => assert_eq!(row["outcome"], "diverged", "{place}"),
            other => panic!("{place}: {other:?}"),
        }
    }
    assert!(n_scored >= 25, "{n_scored}");
}
