//! Every sentence that a reader sees, in English and Simplified Chinese.
//!
//! [`Strings`] is one struct with one constant per language, so a missing sentence does not compile. Sentences with
//! values are functions of already formatted texts. Symbols of mathematics are the same in both languages.

mod en;
mod en_calc;
mod en_noise;
mod en_runs;
mod en_share;
mod en_sweep;
mod runs;
mod share;
mod zh;
mod zh_calc;
mod zh_noise;
mod zh_runs;
mod zh_share;
mod zh_sweep;

use crate::experiment::calculator::notice::CalcNotice;
use crate::params::defs::ParamId;
pub use crate::params::url::Lang;
use crate::theory::measured::MeasuredTask;
use crate::units::Grouping;
pub use runs::Runs;
pub use share::{Frame, Share};

/// How a control is called and explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParamText {
    /// Short name beside the control.
    pub label: &'static str,
    /// One or two sentences behind the question mark.
    pub help: &'static str,
    /// Unit of the number; empty where there is none.
    pub unit: &'static str,
}

/// One language.
pub struct Strings {
    /// Value of `<html lang>`.
    pub tag: &'static str,
    /// How long whole numbers are grouped.
    pub grouping: Grouping,
    /// Between a label and what follows, in running text.
    pub colon: &'static str,
    /// Texts of a control.
    pub param: fn(ParamId) -> ParamText,
    /// Name of a choice or flag of a control, by index; empty beyond the last.
    pub choice: fn(ParamId, usize) -> &'static str,
    pub shell: Shell,
    pub control: Control,
    pub chart: Chart,
    pub curves: Curves,
    pub race: Race,
    pub sweep: Sweep,
    pub runs: Runs,
    pub noise: Noise,
    pub calc: Calc,
    pub code: Code,
    pub share: Share,
    pub frame: Frame,
    pub about: About,
    pub notice: NoticeText,
}

/// Frame around the panels.
pub struct Shell {
    pub tagline: &'static str,
    pub skip_to_content: &'static str,
    /// Names of the panels in the order of `Panel::ALL`.
    pub panels: [&'static str; 7],
    pub navigation: &'static str,
    /// Names of the pages beside the app.
    pub learn: &'static str,
    pub article: &'static str,
    /// Label of the button that switches to the other language, in that language.
    pub other_language: &'static str,
    pub switch_language: &'static str,
    pub theme: &'static str,
    /// Names of the themes: automatic, light, dark.
    pub themes: [&'static str; 3],
    pub copy_failed: &'static str,
    pub keys: &'static str,
    pub keys_title: &'static str,
    /// (key, what it does)
    pub key_list: &'static [(&'static str, &'static str)],
    pub keys_off: &'static str,
    pub close: &'static str,
    pub footer: &'static str,
    pub sources: &'static str,
    pub open_saved: &'static str,
    pub open_saved_help: &'static str,
    /// While the code of a panel is on its way, and when it did not come.
    pub fetching: &'static str,
    pub not_fetched: &'static str,
    pub fetch_again: &'static str,
    pub reload: &'static str,
    /// Without a network: nothing is kept, the site is kept, it is all there is now, a newer version waits.
    pub offline: [&'static str; 4],
}

/// Sliders and fields.
pub struct Control {
    pub less: fn(&str) -> String,
    pub more: fn(&str) -> String,
    pub help: fn(&str) -> String,
    pub slider: fn(&str) -> String,
    /// (what was typed, least, most)
    pub invalid: fn(&str, &str, &str) -> String,
    pub invalid_integer: fn(&str, &str, &str) -> String,
    /// (value with unit, ratio to base): text for screen readers at the batch slider.
    pub times_base: fn(&str, &str) -> String,
    pub advanced: &'static str,
    pub reset: &'static str,
}

/// Frame around a chart.
pub struct Chart {
    pub table: &'static str,
    pub hide_table: &'static str,
    pub png: &'static str,
    pub svg: &'static str,
    pub csv: &'static str,
    pub json: &'static str,
    pub download: &'static str,
    pub legend: &'static str,
    pub batch_axis: &'static str,
    pub keyboard_hint: &'static str,
}

/// The Curves panel.
pub struct Curves {
    pub question: &'static str,
    pub hint: &'static str,
    pub chart_title: &'static str,
    pub chart_title_over_base: &'static str,
    pub chart_title_over_reference: &'static str,
    /// Names of the curves: no scaling, square root, linear, theory for SGD, surge.
    pub rules: [&'static str; 5],
    /// Short names of the same for phones.
    pub short_rules: [&'static str; 5],
    /// Theory curve in Adam's mode, with α.
    pub theory_adam: fn(&str) -> String,
    pub base_label: fn(&str, &str) -> String,
    pub critical_label: fn(&str) -> String,
    pub critical_handle: &'static str,
    pub target_handle: &'static str,
    pub base_batch_handle: &'static str,
    pub base_lr_handle: &'static str,
    pub meets_again: &'static str,
    pub meets_again_at: fn(&str) -> String,
    pub leaves_band: fn(&str) -> String,
    pub slope: fn(&str) -> String,
    pub table_caption: &'static str,
    pub column_rule: &'static str,
    pub column_lr: fn(&str) -> String,
    pub column_ratio: &'static str,
    pub column_ratio_adam: &'static str,
    pub column_verdict: &'static str,
    pub agrees: &'static str,
    pub too_small: &'static str,
    pub overshoots: &'static str,
    pub reference: &'static str,
    /// (batch, linear factor, above?, square-root factor, above?)
    pub sentence: fn(&str, &str, bool, &str, bool) -> String,
    pub sentence_adam: fn(&str, &str, bool, &str, bool) -> String,
    pub no_change: &'static str,
    pub shrinking: &'static str,
    pub base_above_critical: &'static str,
    pub unknown_band: &'static str,
    pub illustrative: &'static str,
    pub unknown: &'static str,
    pub cost_title: &'static str,
    pub cost_summary: fn(&str, &str) -> String,
    pub steps: &'static str,
    pub examples: &'static str,
    pub both_double: &'static str,
    /// Shaded zones of the cost chart.
    pub zones: [&'static str; 3],
    pub cost_axis: &'static str,
    pub presets: &'static str,
    pub presets_help: &'static str,
    pub preset_choose: &'static str,
    pub preset_names: [&'static str; 4],
    pub preset_notes: [&'static str; 4],
    pub why: &'static str,
    /// (title, text, source) of each curve's assumption.
    pub assumptions: &'static [(&'static str, &'static str, &'static str)],
    pub adam_title: &'static str,
    pub adam_suggestion: &'static str,
    /// (κ, least, largest)
    pub adam_invalid: fn(&str, &str, &str) -> String,
    pub surge_title: &'static str,
    pub surge_help: &'static str,
    pub surge_peak: fn(&str) -> String,
    pub surge_no_peak: &'static str,
    /// Summary for screen readers: (batch, linear, square root, theory)
    pub live: fn(&str, &str, &str, &str) -> String,
    pub chart_description: &'static str,
    pub cost_description: &'static str,
    pub column_batch: &'static str,
    pub controls: &'static str,
}

/// The Race panel.
pub struct Race {
    pub question: &'static str,
    pub hint: &'static str,
    pub lanes: [&'static str; 6],
    pub short_lanes: [&'static str; 6],
    pub play: &'static str,
    pub pause: &'static str,
    pub resume: &'static str,
    pub step: &'static str,
    pub step_many: &'static str,
    pub to_end: &'static str,
    pub reset: &'static str,
    pub transport: &'static str,
    /// States: idle, running, paused, done.
    pub idle: &'static str,
    pub running: &'static str,
    pub paused: &'static str,
    pub paused_hidden: &'static str,
    pub done: fn(&str) -> String,
    pub starting: &'static str,
    pub on_page: &'static str,
    pub lost: &'static str,
    pub refused: fn(&str, &str, &str, &str) -> String,
    pub config_fields: fn(crate::train::spec::ConfigField) -> &'static str,
    pub loss_title: &'static str,
    pub loss_title_exact: &'static str,
    pub accuracy_title: &'static str,
    pub norm_title: &'static str,
    pub noise_title: &'static str,
    pub lr_title: &'static str,
    pub loss_note: &'static str,
    pub norm_note: &'static str,
    pub noise_note: &'static str,
    pub series_test: &'static str,
    pub target_label: fn(&str) -> String,
    pub target_handle: &'static str,
    pub custom_handle: &'static str,
    pub budget_handle: &'static str,
    pub diverged_at: fn(&str, &str) -> String,
    pub axes: [&'static str; 3],
    pub column_lane: &'static str,
    pub column_batch: &'static str,
    pub column_lr: &'static str,
    pub column_steps: &'static str,
    pub column_examples: &'static str,
    pub column_loss: &'static str,
    pub column_accuracy: &'static str,
    pub column_target: fn(&str) -> String,
    pub column_status: &'static str,
    pub table_caption: &'static str,
    pub status_ready: &'static str,
    pub status_running: &'static str,
    pub status_reached: &'static str,
    pub status_missed: &'static str,
    pub status_diverged: fn(&str) -> String,
    /// (reached, all)
    pub status_some: fn(&str, &str) -> String,
    /// (diverged, all)
    pub status_some_diverged: fn(&str, &str) -> String,
    pub one_seed: &'static str,
    pub winner: fn(&str, &str) -> String,
    pub no_winner: &'static str,
    pub all_diverged: &'static str,
    pub quarter_all: &'static str,
    pub stability: fn(&str, &str, &str) -> String,
    pub batch_above_data: fn(&str, &str) -> String,
    pub noise_exact: fn(&str) -> String,
    pub noise_measured: fn(&str) -> String,
    pub noise_unmeasured: &'static str,
    pub use_noise: &'static str,
    pub network: fn(&str) -> String,
    pub digest: &'static str,
    pub digest_help: &'static str,
    pub new_seed: &'static str,
    pub take_from_curves: &'static str,
    pub boundary_title: &'static str,
    pub boundary_note: &'static str,
    pub boundary_lost: &'static str,
    pub boundary_alt: fn(&str) -> String,
    pub lr_changed: fn(&str, &str) -> String,
    pub section_lanes: &'static str,
    pub section_schedule: &'static str,
    pub section_time: &'static str,
    pub empty: &'static str,
    pub announce_start: &'static str,
    pub announce_reached: fn(&str, &str) -> String,
    pub announce_diverged: fn(&str, &str) -> String,
    pub announce_done: fn(&str) -> String,
    pub chart_description: &'static str,
    pub no_lanes: &'static str,
    pub epochs: fn(&str) -> String,
    pub same_batches: &'static str,
    pub warmup_label: &'static str,
    pub failed: &'static str,
    pub steps_done: fn(&str) -> String,
    pub status_refused: &'static str,
    pub defaults: &'static str,
}

/// The Sweep panel.
pub struct Sweep {
    pub question: &'static str,
    pub hint: &'static str,
    pub run: &'static str,
    pub pause: &'static str,
    pub resume: &'static str,
    pub cancel: &'static str,
    pub reset: &'static str,
    pub transport: &'static str,
    /// (columns, runs, seconds)
    pub cost: fn(&str, &str, &str) -> String,
    pub estimating: &'static str,
    /// (done, expected, seconds left)
    pub running: fn(&str, &str, &str) -> String,
    pub progress: &'static str,
    pub paused: &'static str,
    pub cancelled: &'static str,
    /// (runs, seconds)
    pub done: fn(&str, &str) -> String,
    pub announce_done: &'static str,
    /// By metric.
    pub map_titles: [&'static str; 3],
    pub lr_axis: &'static str,
    pub empty: &'static str,
    pub legend_best: &'static str,
    pub legend_worst: &'static str,
    pub legend_diverged: &'static str,
    pub legend_missed: &'static str,
    pub legend_ridge: &'static str,
    pub legend_anchor: &'static str,
    pub legend_fit: &'static str,
    pub map_description: &'static str,
    /// (batch, learning rate)
    pub cell: fn(&str, &str) -> String,
    pub cell_empty: &'static str,
    /// What a click and the keys do at a cell.
    pub cell_hint: &'static str,
    /// (seed number, from 1)
    pub seed: fn(&str) -> String,
    /// (steps, examples)
    pub steps: fn(&str, &str) -> String,
    pub loss: fn(&str) -> String,
    pub missed: &'static str,
    pub started_below: &'static str,
    pub abandoned: &'static str,
    pub diverged: fn(&str) -> String,
    pub best_here: &'static str,
    /// Lower chart, by metric.
    pub score_titles: [&'static str; 3],
    pub score_axes: [&'static str; 3],
    pub fitted: &'static str,
    pub score_description: &'static str,
    pub result: &'static str,
    /// Symbol and name by definition.
    pub critical_names: [&'static str; 4],
    /// (value, low, high)
    pub value_between: fn(&str, &str, &str) -> String,
    pub inconclusive: &'static str,
    pub s_min: &'static str,
    pub e_min: &'static str,
    pub noise_scale: &'static str,
    pub best_lr_limit: &'static str,
    pub too_few: fn(&str) -> String,
    pub needs_steps: &'static str,
    pub waiting: &'static str,
    /// (B_crit, B_noise)
    pub why_two: fn(&str, &str) -> String,
    /// (slope, batch)
    pub slope_below: fn(&str, &str) -> String,
    pub slope_above: fn(&str, &str) -> String,
    pub no_slope: &'static str,
    /// (rule, batch, factor)
    pub rule_above: fn(&str, &str, &str) -> String,
    pub rule_below: fn(&str, &str, &str) -> String,
    pub rule_agrees: fn(&str, &str) -> String,
    pub linear: &'static str,
    pub sqrt: &'static str,
    /// (censored, all)
    pub censored: fn(&str, &str) -> String,
    /// (target, loss before training)
    pub target_too_high: fn(&str, &str) -> String,
    /// (batch sizes)
    pub unbracketed: fn(&str) -> String,
    pub edge_low: &'static str,
    pub edge_high: &'static str,
    pub extend_low: &'static str,
    pub extend_high: &'static str,
    pub use_in_curves: &'static str,
    pub open_in_race: &'static str,
    pub detail_description: &'static str,
    pub section_what: &'static str,
    pub section_grid: &'static str,
    pub protocol: &'static str,
    pub table_caption: &'static str,
    pub column_batch: &'static str,
    pub column_lr: &'static str,
    pub column_score: [&'static str; 3],
    pub column_linear: &'static str,
    pub column_sqrt: &'static str,
    pub column_state: &'static str,
    pub state_usable: &'static str,
    pub state_edge: &'static str,
    pub state_censored: fn(&str) -> String,
    pub digest_help: &'static str,
    pub drop_measured: &'static str,
}

/// The Noise panel.
pub struct Noise {
    pub question: &'static str,
    pub hint: &'static str,
    pub pictures: &'static str,
    pub fan_tab: &'static str,
    pub fan_title: &'static str,
    /// (K)
    pub fan_note: fn(&str) -> String,
    pub fan_description: &'static str,
    /// (radius, radius ÷ |G|)
    pub fan_radius: fn(&str, &str) -> String,
    pub fan_radius_bare: fn(&str) -> String,
    pub minimum: &'static str,
    pub handle_x: &'static str,
    pub handle_y: &'static str,
    pub parabola_title: &'static str,
    pub parabola_tab: &'static str,
    pub parabola_description: &'static str,
    pub lr_axis: &'static str,
    pub handle_lr: &'static str,
    pub best: fn(&str) -> String,
    /// (learning rate, percent)
    pub yours: fn(&str, &str) -> String,
    pub yours_rises: fn(&str) -> String,
    pub best_title: &'static str,
    pub best_description: &'static str,
    pub best_name: &'static str,
    pub slope_name: &'static str,
    /// Left and right of B_noise.
    pub regimes: [&'static str; 2],
    /// (slope, regime)
    pub slope: fn(&str, &str) -> String,
    pub radius_mark: &'static str,
    pub exact_simple: &'static str,
    pub exact_noise: &'static str,
    pub estimated_pairs: &'static str,
    pub pairs: fn(&str) -> String,
    pub hidden: &'static str,
    pub no_noise: &'static str,
    pub unbounded: &'static str,
    pub quiet: &'static str,
    /// (small, large)
    pub not_increasing: fn(&str, &str) -> String,
    pub sample_again: &'static str,
    pub follow: &'static str,
    pub follow_stop: &'static str,
    pub use_in_curves: &'static str,
    pub why_curves: &'static str,
    pub use_estimate: &'static str,
    pub why_estimate: &'static str,
    pub section_point: &'static str,
    pub section_estimator: &'static str,
    pub digits_title: &'static str,
    pub digits_hint: &'static str,
    /// (batch, steps)
    pub ready: fn(&str, &str) -> String,
    /// (step, steps)
    pub running: fn(&str, &str) -> String,
    pub done: fn(&str) -> String,
    pub announce_done: &'static str,
    pub scale_title: &'static str,
    pub single_step: &'static str,
    pub scale_note: &'static str,
    pub sign_note: &'static str,
    pub scale_description: &'static str,
    pub norm_title: &'static str,
    pub norm_note: &'static str,
    pub norm_description: &'static str,
    pub raw: &'static str,
    pub corrected: &'static str,
    pub exact_average: &'static str,
    pub estimated: &'static str,
    pub raw_factor: fn(&str) -> String,
    pub raw_name: &'static str,
    pub scale_name: &'static str,
    pub exact_name: &'static str,
    pub sign_name: &'static str,
    pub after_warm_up: &'static str,
    pub step_column: &'static str,
    pub table_caption: &'static str,
    pub why: &'static str,
    /// (title, text, source)
    pub assumptions: &'static [(&'static str, &'static str, &'static str)],
}

/// The Calculator.
pub struct Calc {
    pub question: &'static str,
    pub hint: &'static str,
    pub recipe: &'static str,
    pub hardware: &'static str,
    pub assumptions: &'static str,
    pub reset: &'static str,
    pub source: &'static str,
    pub devices_changed: &'static str,
    pub out_of_memory: &'static str,
    pub result: &'static str,
    pub column_rule: &'static str,
    pub column_lr: &'static str,
    pub column_decay: &'static str,
    pub rest_known: &'static str,
    pub rest_unknown: &'static str,
    /// Instead of both, where κ is below 1.
    pub rest_shrinks: &'static str,
    /// (noise-scale optimum, where it lies above the interval)
    pub optimum_above: fn(&str) -> String,
    /// Behind the rule that most recipes follow, for SGD and for Adam.
    pub usual: [&'static str; 2],
    pub measure_runs: &'static str,
    pub measure_sweep: &'static str,
    /// (rule, learning rate)
    pub code_carries: fn(&str, &str) -> String,
    /// (start, steps)
    pub code_warmup: fn(&str, &str) -> String,
    pub code_falls_back: &'static str,
    pub code_missing: &'static str,
    pub kappa_title: &'static str,
    pub lengths_title: &'static str,
    pub column_what: &'static str,
    pub column_base: &'static str,
    pub column_new: &'static str,
    pub row_warmup: &'static str,
    pub row_warmup_examples: &'static str,
    pub row_total: &'static str,
    pub row_epoch: &'static str,
    pub costs_title: &'static str,
    pub column_critical: &'static str,
    pub column_steps: &'static str,
    pub column_examples: &'static str,
    pub notices_title: &'static str,
    pub outcomes_title: &'static str,
    pub column_batch: &'static str,
    pub column_warmup: &'static str,
    pub column_error: &'static str,
    pub tasks_title: &'static str,
    pub tasks_note: &'static str,
    pub column_task: &'static str,
    pub column_unit: &'static str,
    pub column_critical_early: &'static str,
    pub column_critical_end: &'static str,
    pub column_simple_early: &'static str,
    pub column_simple_average: &'static str,
    pub absent: &'static str,
    pub show_on_curves: &'static str,
    pub llm_title: &'static str,
    pub llm_note: &'static str,
    pub column_law: &'static str,
    pub column_peak: &'static str,
    pub column_tokens: &'static str,
    pub law_deepseek: &'static str,
    pub law_step: &'static str,
    pub law_kaplan: &'static str,
    pub lines_title: &'static str,
    pub lines_optimal: &'static str,
    pub lines_critical: &'static str,
    pub lines_timescale: &'static str,
    pub rules: [&'static str; 5],
    pub preset_notes: [&'static str; 4],
    pub warmups: [&'static str; 4],
    pub units: [&'static str; 4],
    /// (product of the factors, B)
    pub product: fn(&str, &str) -> String,
    /// (factors, their total)
    pub offer: fn(&str, &str) -> String,
    /// (B₀, B, κ)
    pub batch_line: fn(&str, &str, &str) -> String,
    /// (low, high)
    pub suggestion: fn(&str, &str) -> String,
    /// (least κ, largest κ)
    pub kappa_fails: fn(&str, &str) -> String,
    /// (β₂, half-life)
    pub half_life: fn(&str, &str) -> String,
    pub at_least: fn(&str) -> String,
    pub between: fn(&str, &str) -> String,
    /// (factor, exponent)
    pub grows: fn(&str, &str) -> String,
    /// (notice, how its numbers are written)
    pub notice: fn(CalcNotice, fn(f64) -> String) -> String,
    pub task: fn(MeasuredTask) -> &'static str,
}

/// Code for a training job.
pub struct Code {
    pub help: &'static str,
    pub title: &'static str,
    pub format: &'static str,
    /// Names of the formats, in the order of `export::code::Format`.
    pub formats: [&'static str; 7],
    pub lane: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub save: &'static str,
    pub unavailable: &'static str,
    pub fetching: &'static str,
    pub not_fetched: &'static str,
    pub best_cell: &'static str,
}

/// The page about the project.
pub struct About {
    pub title: &'static str,
    pub paragraphs: &'static [&'static str],
    pub sources_title: &'static str,
    pub glossary_title: &'static str,
    /// (term, explanation)
    pub glossary: &'static [(&'static str, &'static str)],
    pub licence_title: &'static str,
    pub licence: &'static str,
    pub data: &'static str,
    pub reading: &'static str,
    /// Link to the notices of everything that the download contains.
    pub notices: &'static str,
    pub offline_title: &'static str,
    pub offline: &'static str,
}

/// What the page says about a link that it could not follow to the letter.
pub struct NoticeText {
    pub title: &'static str,
    pub dismiss: &'static str,
    /// (key, given, used, least, most)
    pub clamped: fn(&str, &str, &str, &str, &str) -> String,
    pub unreadable: fn(&str, &str) -> String,
    pub unknown_panel: fn(&str) -> String,
    pub other_version: fn(&str) -> String,
    pub too_long: &'static str,
    /// (`lock` or `hide`, given)
    pub unknown_control: fn(&str, &str) -> String,
    /// (name of the file)
    pub unknown_file: fn(&str) -> String,
}

/// The sentences of a language.
pub const fn strings(lang: Lang) -> &'static Strings {
    match lang {
        Lang::En => &en::EN,
        Lang::Zh => &zh::ZH,
    }
}
