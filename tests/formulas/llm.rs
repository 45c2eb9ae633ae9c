//! Laws of language-model training: every one in tokens.

use super::*;
use critical_batch::theory::llm::{deepseek, kaplan_critical_tokens, power_lines, step_law};

#[test]
fn published_laws_give_their_printed_numbers() {
    let mut rows = Vec::new();
    for (compute, rate, batch) in [
        (1e17, "2.33817e-3", "106190"),
        (1e19, "1.31485e-3", "478942"),
        (1e20, "9.85998e-4", "1.01714e6"),
        (8.4e22, "4.24953e-4", "9.20269e6"),
    ] {
        let law = deepseek(pos(compute));
        rows.push((format!("DeepSeek rate {compute}"), law.lr, rate));
        rows.push((format!("DeepSeek batch {compute}"), law.batch_tokens, batch));
    }
    for (n, d, rate, batch) in [
        (7e9, 1.4e12, "9.16557e-4", "4.99882e6"),
        (1e9, 1e11, "1.63250e-3", "1.10771e6"),
    ] {
        let law = step_law(pos(n), pos(d));
        rows.push((format!("Step Law rate {n}"), law.lr, rate));
        rows.push((format!("Step Law batch {n}"), law.batch_tokens, batch));
    }
    for (loss, batch) in [
        (4.0, "270602"),
        (3.0, "1.07656e6"),
        (2.5, "2.58290e6"),
        (2.0, "7.53833e6"),
    ] {
        rows.push((
            format!("Kaplan {loss}"),
            kaplan_critical_tokens(pos(loss)),
            batch,
        ));
    }
    check("computed from the published constants", &rows);
}

#[test]
fn power_lines_scale_by_their_exponents() {
    let tenfold = power_lines(pos(10.0));
    check(
        "Bergsma 2025: powers of ten",
        &[
            ("optimal", tenfold.optimal_batch, "2.415461"),
            ("critical", tenfold.critical_batch, "2.897344"),
            ("timescale", tenfold.timescale, "0.297167"),
        ],
    );
    assert_eq!(power_lines(pos(1.0)).critical_batch, 1.0);
}
