//! English, the Sweep panel.

use super::Sweep;

pub(super) const SWEEP: Sweep = Sweep {
    question: "Where is the best learning rate for each batch, and where does the line bend?",
    hint: "Every cell is a real training run for each seed, made here and now.",
    run: "Run",
    pause: "Pause",
    resume: "Resume",
    cancel: "Cancel",
    reset: "Clear",
    transport: "Sweep",
    cost: |columns, runs, seconds| {
        format!("{columns} batch sizes, about {runs} runs ≈ {seconds} s on this device")
    },
    estimating: "estimating…",
    running: |done, expected, left| format!("{done} of about {expected} runs · {left} s left"),
    progress: "Runs that are done",
    paused: "paused",
    cancelled: "cancelled; what was finished stays",
    done: |runs, seconds| format!("finished · {runs} runs in {seconds} s"),
    announce_done: "The sweep is finished.",
    map_titles: [
        "Steps to the target, against the best at each batch",
        "Loss at equal examples, against the best at each batch",
        "Loss at equal steps, against the best at each batch",
    ],
    lr_axis: "learning rate η",
    empty: "Press Run. Nothing trains until you ask.",
    legend_best: "best of its batch",
    legend_worst: "×4",
    legend_diverged: "diverged",
    legend_missed: "over ×4, or target not reached",
    legend_ridge: "best learning rate, with its range over seeds",
    legend_anchor: "anchor of the rules, can be dragged",
    legend_fit: "fitted optimum",
    map_description: "Map of learning rate and batch size.",
    cell: |batch, lr| format!("B = {batch}, η = {lr}"),
    cell_hint: "Click or Enter: open in Race · Shift+click or Space: its curves",
    cell_empty: "not run: it could not be the best",
    seed: |number| format!("seed {number}"),
    steps: |steps, examples| format!("{steps} steps, {examples} examples"),
    loss: |loss| format!("loss {loss}"),
    missed: "target not reached",
    started_below: "at the target before training",
    abandoned: "given up after 4 × the best",
    diverged: |step| format!("diverged at step {step}"),
    best_here: "best at this batch",
    score_titles: [
        "Fewest steps to the target",
        "Lowest loss at equal examples",
        "Lowest loss at equal steps",
    ],
    score_axes: ["steps", "loss", "loss"],
    fitted: "fitted",
    score_description: "Best result of every batch size.",
    result: "Result",
    critical_names: [
        "B_crit",
        "B at 20 % more examples",
        "B where steps are within 10 %",
        "B of the largest learning rate",
    ],
    value_between: |value, low, high| format!("{value} ({low} … {high})"),
    inconclusive: "inconclusive: the interval spans more than a factor of 4",
    s_min: "S_min, steps",
    e_min: "E_min, examples",
    noise_scale: "B_noise",
    best_lr_limit: "ε_max",
    too_few: |n| {
        format!(
            "No fit: it needs 4 batch sizes with a bracketed best learning rate on every seed; there are {n}."
        )
    },
    needs_steps: "The critical batch is read from steps to a target; choose that metric to fit it.",
    waiting: "Numbers appear as the sweep goes on.",
    why_two: |critical, noise| {
        format!(
            "The critical batch {critical} is read from the steps a whole run takes, the noise scale {noise} from how the best learning rate bends. On a quadratic near its start both agree; over a run the noise grows and the learning rate meets the limit of stability, so here they may differ several times over."
        )
    },
    slope_below: |slope, batch| format!("slope {slope} up to B = {batch}"),
    slope_above: |slope, batch| format!("slope {slope} from B = {batch}"),
    no_slope: "too few batch sizes for a slope",
    rule_above: |rule, batch, factor| format!("{rule} at B = {batch}: {factor}× the measured best"),
    rule_below: |rule, batch, factor| {
        format!("{rule} at B = {batch}: 1/{factor} of the measured best")
    },
    rule_agrees: |rule, batch| format!("{rule} at B = {batch}: within 10 % of the measured best"),
    linear: "Linear",
    sqrt: "Square root",
    censored: |n, all| {
        format!(
            "{n} of {all} searches never met the target; their batch sizes are left out of the fits."
        )
    },
    target_too_high: |target, loss| {
        format!(
            "The target loss {target} is not below the loss before training, so there are no steps to count. Choose a target below {loss}."
        )
    },
    unbracketed: |batches| {
        format!(
            "Best learning rate at the edge of what was run, left out of the fits: B = {batches}."
        )
    },
    edge_low: "The best learning rate is at the lower edge.",
    edge_high: "The best learning rate is at the upper edge.",
    extend_low: "Add a lower row",
    extend_high: "Add a higher row",
    use_in_curves: "Use this B_crit in Curves",
    open_in_race: "Open this cell in Race",
    detail_description: "Loss of the cell's seeds.",
    section_what: "What is measured",
    section_grid: "Grid",
    protocol: "Learning rates lie a factor 2 apart, then √2 around the best. Examples are drawn with replacement, at a constant learning rate. A run is given up at four times the steps of a better one.",
    table_caption: "Best learning rate of every batch size",
    column_batch: "B",
    column_lr: "best η (range over seeds)",
    column_score: ["steps", "loss", "loss"],
    column_linear: "linear ÷ best",
    column_sqrt: "√ ÷ best",
    column_state: "in the fits",
    state_usable: "yes",
    state_edge: "no: at the edge",
    state_censored: |n| format!("no: {n} without the target"),
    digest_help: "Six digits over every cell. Readers with the same link get the same six.",
    drop_measured: "Remove the measured points",
};
