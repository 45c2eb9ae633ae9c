//! How to cite the tool and the sources of a panel's formulas, as BibTeX.

use crate::params::url::Panel;

struct Source {
    key: &'static str,
    /// As BibTeX separates names.
    authors: &'static str,
    title: &'static str,
    year: u16,
    arxiv: &'static str,
}

const fn source(
    key: &'static str,
    authors: &'static str,
    title: &'static str,
    year: u16,
    arxiv: &'static str,
) -> Source {
    Source {
        key,
        authors,
        title,
        year,
        arxiv,
    }
}

const KRIZHEVSKY: Source = source(
    "krizhevsky2014",
    "Krizhevsky, Alex",
    "One weird trick for parallelizing convolutional neural networks",
    2014,
    "1404.5997",
);
const GOYAL: Source = source(
    "goyal2017",
    "Goyal, Priya and Doll{\\'a}r, Piotr and Girshick, Ross and others",
    "Accurate, Large Minibatch {SGD}: Training {ImageNet} in 1 Hour",
    2017,
    "1706.02677",
);
const MCCANDLISH: Source = source(
    "mccandlish2018",
    "McCandlish, Sam and Kaplan, Jared and Amodei, Dario and {OpenAI Dota Team}",
    "An Empirical Model of Large-Batch Training",
    2018,
    "1812.06162",
);
const ZHANG: Source = source(
    "zhang2019",
    "Zhang, Guodong and Li, Lala and Nado, Zachary and Martens, James and others",
    "Which Algorithmic Choices Matter at Which Batch Sizes? Insights From a Noisy Quadratic Model",
    2019,
    "1907.04164",
);
const MALLADI: Source = source(
    "malladi2022",
    "Malladi, Sadhika and Lyu, Kaifeng and Panigrahi, Abhishek and Arora, Sanjeev",
    "On the {SDEs} and Scaling Rules for Adaptive Gradient Algorithms",
    2022,
    "2205.10287",
);
const LI_SURGE: Source = source(
    "li2024",
    "Li, Shuaipeng and Zhao, Penghao and Zhang, Hailin and others",
    "Surge Phenomenon in Optimal Learning Rate and Batch Size Scaling",
    2024,
    "2405.14578",
);
const LI_STEP_LAW: Source = source(
    "li2025",
    "Li, Houyi and others",
    "Predictable Scale: Part I, Step Law",
    2025,
    "2503.04715",
);
const BERGSMA: Source = source(
    "bergsma2025",
    "Bergsma, Shane and others",
    "Power Lines: Scaling Laws for Weight Decay and Batch Size in {LLM} Pre-training",
    2025,
    "2505.13738",
);
const NAGANUMA: Source = source(
    "naganuma2026",
    "Naganuma, Hiroki and Gupta, Shagun and others",
    "Adaptive Batch Sizes Using Non-Euclidean Gradient Noise Scales for Stochastic Sign and Spectral Descent",
    2026,
    "2602.03001",
);

const fn sources(panel: Panel) -> &'static [&'static Source] {
    match panel {
        Panel::Curves => &[&KRIZHEVSKY, &GOYAL, &MCCANDLISH, &MALLADI, &LI_SURGE],
        Panel::Race => &[&KRIZHEVSKY, &GOYAL, &MCCANDLISH, &MALLADI],
        Panel::Sweep => &[&MCCANDLISH, &ZHANG],
        Panel::Noise => &[&MCCANDLISH, &ZHANG, &NAGANUMA],
        Panel::Calc => &[&GOYAL, &MCCANDLISH, &MALLADI, &LI_STEP_LAW, &BERGSMA],
        Panel::Runs => &[&MCCANDLISH],
        Panel::About => &[
            &KRIZHEVSKY,
            &GOYAL,
            &MCCANDLISH,
            &ZHANG,
            &MALLADI,
            &LI_SURGE,
            &LI_STEP_LAW,
            &BERGSMA,
            &NAGANUMA,
        ],
    }
}

/// The tool itself, at the address where it was used.
pub fn tool(page: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "@software{{critical_batch,\n  title = {{Critical Batch: learning rate and batch size, by formula and by training}},\n  version = {{{version}}},\n  url = {{{page}}}\n}}\n"
    )
}

/// What the panel's formulas are taken from.
pub fn of_panel(panel: Panel) -> String {
    let entry = |s: &&Source| {
        format!(
            "@misc{{{},\n  author = {{{}}},\n  title = {{{}}},\n  year = {{{}}},\n  eprint = {{{}}},\n  archivePrefix = {{arXiv}}\n}}\n",
            s.key, s.authors, s.title, s.year, s.arxiv
        )
    };
    let entries: Vec<String> = sources(panel).iter().map(entry).collect();
    entries.join("\n")
}
