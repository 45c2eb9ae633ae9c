//! The code that the Calculator hands over says what its screen says: rate, weight decay, Adam's companions, warmup,
//! schedule and the factors of the batch, in every format, under every rule.
#![allow(clippy::unwrap_used)]

use critical_batch::experiment::calculator::{Calculation, RuleKind, calculate};
use critical_batch::export::code::{Format, of_calculation, of_recipe};
use critical_batch::export::recipe::Recipe;
use critical_batch::export::{calc_csv, json};
use critical_batch::params::calc::CalcState;
use critical_batch::params::defs::{ParamId as P, Params, Value};
use critical_batch::units::{Grouping, format_sig};
use serde_json::Value as Json;

const LINK: &str = "https://example.org/#/calc?v=1";
const RULE: &str = "平方根：256 → 512 样本，κ = 2";

/// Every recipe, with every optimiser, rule, reduction and decay.
fn states() -> Vec<CalcState> {
    let mut all = Vec::new();
    for preset in 0..4 {
        for (optimizer, rule) in (0..4).flat_map(|o| (0..4).map(move |r| (o, r))) {
            for (reduction, decay) in [(0, 0), (0, 1), (1, 2)] {
                let mut state = CalcState::for_preset(preset);
                for (id, value) in [
                    (P::RecipeOptimizer, optimizer),
                    (P::ExportRule, rule),
                    (P::Reduction, reduction),
                    (P::RecipeDecayKind, decay),
                ] {
                    state.put(id, Value::Choice(value));
                }
                state.put(P::RecipeDecay, Value::Number(0.05));
                state.put(P::RecipeDampening, Value::Number(0.25));
                all.push(state);
            }
        }
    }
    // A smaller batch, more accumulation, no warmup.
    let mut shrunk = CalcState::for_preset(2);
    for (id, value) in [
        (P::TotalBatch, 1536.0),
        (P::MicroBatch, 64.0),
        (P::Devices, 4.0),
        (P::Nodes, 2.0),
        (P::AccumSteps, 3.0),
        (P::RecipeWarmup, 0.0),
    ] {
        shrunk.put(id, Value::Number(value));
    }
    all.push(shrunk);
    all
}

fn recipe(state: &CalcState, result: &Calculation) -> Recipe {
    of_calculation(state, result, RULE.to_owned(), LINK.to_owned()).unwrap()
}

/// The number behind the first `key`.
fn after(text: &str, key: &str) -> Option<f64> {
    let rest = &text[text.find(key)? + key.len()..];
    let end = rest.find([' ', ',', '\n', ')', '}', ':', ']'])?;
    rest[..end].parse().ok()
}

/// The numbers of a file by the names below; `None` where a format has no such number.
fn numbers(text: &str, format: Format) -> Vec<(&'static str, Option<f64>)> {
    if format == Format::DeepSpeed {
        let json: Json = serde_json::from_str(text).unwrap();
        let given = &json["optimizer"]["params"];
        let schedule = &json["scheduler"]["params"];
        return vec![
            ("lr", given["lr"].as_f64()),
            ("weight decay", given["weight_decay"].as_f64()),
            ("beta1", given["betas"][0].as_f64()),
            ("beta2", given["betas"][1].as_f64()),
            ("eps", given["eps"].as_f64()),
            ("momentum", given["momentum"].as_f64()),
            ("dampening", given["dampening"].as_f64()),
            (
                "per device",
                json["train_micro_batch_size_per_gpu"].as_f64(),
            ),
            ("accumulation", json["gradient_accumulation_steps"].as_f64()),
            ("batch", json["train_batch_size"].as_f64()),
            ("warmup steps", schedule["warmup_num_steps"].as_f64()),
            ("warmup start", schedule["warmup_min_lr"].as_f64()),
        ];
    }
    let either = |keys: &[&str]| keys.iter().find_map(|key| after(text, key));
    let betas = text
        .find("betas=(")
        .map(|at| &text[at + "betas=(".len()..])
        .and_then(|rest| rest.split_once(", "));
    let batch = |text: &str| {
        let line = text.lines().find(|l| l.starts_with("BATCH = "))?;
        after(line, "# ")
    };
    let length = either(&["if n < ", "jnp.where(n < "]);
    vec![
        ("lr", after(text, "\nLR = ")),
        (
            "weight decay",
            either(&["weight_decay=", "add_decayed_weights("]),
        ),
        (
            "beta1",
            either(&["adam_beta1=", "b1="]).or(betas.and_then(|b| b.0.parse().ok())),
        ),
        (
            "beta2",
            either(&["adam_beta2=", "b2="]).or(betas.and_then(|b| after(b.1, ""))),
        ),
        ("eps", either(&["adam_epsilon=", " eps="])),
        (
            "momentum",
            either(&["momentum=", "trace(decay=", "        damped_trace("]),
        ),
        ("dampening", after(text, "dampening=")),
        ("per device", after(text, "\nPER_DEVICE = ")),
        ("devices", after(text, "\nDEVICES = ")),
        ("nodes", after(text, "\nNODES = ")),
        ("accumulation", after(text, "\nACCUMULATION = ")),
        ("batch", batch(text)),
        ("steps", after(text, "STEPS = max(BUDGET // BATCH, 1)  # ")),
        (
            "warmup steps",
            after(text, "warmup_steps=").or(length.map(|n| n / batch(text).unwrap())),
        ),
    ]
}

#[test]
fn every_format_says_what_the_screen_says() {
    let (mut n_checked, mut n_scaled) = (0, 0);
    for state in states() {
        let result = calculate(&state);
        let recipe = recipe(&state, &result);
        let row = result.exported(&state).unwrap();
        let is_adam = state.optimizer >= 2;
        let has_momentum = state.optimizer == 1;
        let companions = match (row.kind, result.kappa) {
            (RuleKind::Sqrt, Some(Ok(a))) => {
                n_scaled += 1;
                (a.beta1.get(), a.beta2.get(), a.eps)
            }
            _ => (state.beta1, state.beta2, state.eps),
        };
        for format in Format::OF_RECIPE {
            let text = of_recipe(&recipe, format).unwrap();
            let place = format!("{format:?}, {state:?}:\n{text}");
            let is_single = format == Format::Single;
            let machines = state.n_devices * state.n_nodes;
            for (what, found) in numbers(&text, format) {
                let expected = match what {
                    "lr" => Some(row.lr),
                    // Optax has a link for it only where there is any.
                    "weight decay" => {
                        let is_named = format != Format::Optax || row.weight_decay > 0.0;
                        is_named.then_some(row.weight_decay)
                    }
                    "beta1" => is_adam.then_some(companions.0),
                    "beta2" => is_adam.then_some(companions.1),
                    "eps" => is_adam.then_some(companions.2),
                    "momentum" if has_momentum => Some(state.momentum),
                    "dampening" if has_momentum && format != Format::Optax => Some(state.dampening),
                    "per device" => Some(state.micro_batch),
                    "devices" => Some(if is_single { 1.0 } else { state.n_devices }),
                    "nodes" => Some(if is_single { 1.0 } else { state.n_nodes }),
                    "accumulation" if is_single => Some(state.accum_steps * machines),
                    "accumulation" => Some(state.accum_steps),
                    "batch" => Some(state.batch),
                    "steps" => Some(result.after.total_steps),
                    // DeepSpeed knows no tenths; the file says so.
                    "warmup steps" | "warmup start"
                        if format == Format::DeepSpeed && state.decay == 2 =>
                    {
                        assert!(text.contains("LambdaLR"), "{place}");
                        None
                    }
                    "warmup steps" if result.after.warmup_steps > 0.0 => {
                        Some(result.after.warmup_steps)
                    }
                    "warmup start" if result.after.warmup_steps > 0.0 && state.decay == 0 => {
                        Some(result.warmup_start_to(row.lr))
                    }
                    _ => continue,
                };
                let is_same = match (found, expected) {
                    (Some(found), Some(expected)) => {
                        (found - expected).abs() <= 1e-14 * expected.abs()
                    }
                    (found, expected) => found == expected,
                };
                assert!(is_same, "{what} is {found:?}, not {expected:?}: {place}");
                n_checked += 1;
            }
            // AC-39: the rate as the table shows it, the rule in the reader's language, the link.
            for shown in [&format_sig(row.lr, 4, Grouping::None), RULE, LINK] {
                assert!(text.contains(shown), "{shown} is missing: {place}");
            }
        }
    }
    assert!(
        n_checked > 10_000 && n_scaled > 20,
        "{n_checked}, {n_scaled}"
    );
}

#[test]
fn a_summed_loss_is_written_as_a_sum_and_a_mean_as_a_mean() {
    let mut state = CalcState::for_preset(1);
    for (reduction, sum, mean) in [(0, false, true), (1, true, false)] {
        state.put(P::Reduction, Value::Choice(reduction));
        let recipe = recipe(&state, &calculate(&state));
        for format in Format::OF_RECIPE {
            let text = of_recipe(&recipe, format).unwrap();
            let (says_sum, says_mean) = match format {
                Format::DeepSpeed => (
                    text.contains("multiply the mean of a micro-batch by 8192"),
                    !text.contains("summed"),
                ),
                Format::Optax => (
                    text.contains("return BATCH * losses_of"),
                    text.contains("return losses_of"),
                ),
                _ => (
                    text.contains("return BATCH * torch.nn.functional.cross_entropy"),
                    text.contains("CrossEntropyLoss()"),
                ),
            };
            assert_eq!((says_sum, says_mean), (sum, mean), "{format:?}:\n{text}");
            if format == Format::Single || format == Format::Ddp {
                assert!(text.contains("/ ACCUMULATION"), "divided by k:\n{text}");
            }
        }
    }
    // A summed gradient is κ times as long, and so the warmup starts at a κ-th of η₀ (Goyal's 0.1).
    let result = calculate(&state);
    assert!((result.warmup_start_to(1.0) - 0.1 / 32.0).abs() < 1e-15);
}

#[test]
fn the_table_is_saved_with_what_belongs_to_each_rule() {
    let mut state = CalcState::for_preset(2);
    let result = calculate(&state);
    let csv = calc_csv::calculation(&state, &result, LINK);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], format!("# {LINK}"));
    let columns = lines[1].split(',').count();
    assert!(lines[1].starts_with("rule,batch_size [as stated],lr,"));
    assert_eq!(lines.len(), 2 + result.rules.len());
    for (line, row) in lines[2..].iter().zip(&result.rules) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), columns);
        assert_eq!((cells[1], cells[2].parse().ok()), ("8192", Some(row.lr)));
        let companions = if row.kind == RuleKind::Sqrt {
            ["0.8", "0.998"]
        } else {
            ["0.9", "0.999"]
        };
        assert_eq!(cells[4..6], companions);
        assert_eq!(cells[7..9], ["2000", "50000"]);
    }
    // Where the rule has no valid numbers, and for SGD, the cells are empty.
    state.put(P::TotalBatch, Value::Number(40_960.0));
    let beyond = calc_csv::calculation(&state, &calculate(&state), LINK);
    assert!(
        beyond.contains("\nsqrt,40960,") && beyond.contains(",0,,,,400,10000\n"),
        "{beyond}"
    );
    let sgd = CalcState::for_preset(1);
    let text = calc_csv::calculation(&sgd, &calculate(&sgd), LINK);
    assert!(text.contains("\nnoise_scale_high,8192,"), "{text}");
    assert!(text.lines().skip(2).all(|l| l.contains(",,,,785,14130")));
    let json: Json = serde_json::from_str(&json::from_csv(&text)).unwrap();
    assert_eq!(json["rows"].as_array().unwrap().len(), 5);
    assert_eq!(json::saved_fragment(&text).as_deref(), Some("#/calc?v=1"));
}

#[test]
fn the_rate_of_another_batch_is_not_written() {
    let mut state = CalcState::for_preset(0);
    state.put(P::AccumSteps, Value::Number(2.0));
    let result = calculate(&state);
    assert!(!result.is_feasible(&state));
    assert_eq!(
        of_calculation(&state, &result, RULE.to_owned(), LINK.to_owned()),
        None
    );
    // One of the offers makes it whole again.
    state.take(result.factors[0]);
    let result = calculate(&state);
    assert_eq!(recipe(&state, &result).batch.total(), 512);
}

#[test]
fn without_a_critical_batch_the_square_root_stands_in_with_its_own_companions() {
    let mut state = CalcState::for_preset(2);
    state.put(P::ExportRule, Value::Choice(3));
    let result = calculate(&state);
    let row = result.exported(&state).unwrap();
    assert_eq!(row.kind, RuleKind::Sqrt);
    let text = of_recipe(&recipe(&state, &result), Format::Single).unwrap();
    assert!(text.contains("betas=(0.8, 0.998)"), "{text}");
}
