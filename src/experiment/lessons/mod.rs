//! The ten lessons: where each begins, what is predicted, and what has to be seen on its panels.
//!
//! A lesson asks for a prediction, lets the reader try it on live panels, checks what the panels show, and then explains.
//! Its words are static pages made from `content/`; here stand only the names of its parts, which the pages must all
//! have (`tests/lessons.rs`), and the numbers.

mod check;

pub use check::{Answer, EXACT_CRITICAL, Note, Outcome, Place, Seen, TOLERANCE, check};

use crate::params::defs::ParamId;
use crate::params::url::{Link, Notice, Panel, controls, decode};
use alloc::vec::Vec;

/// The lessons in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lesson {
    NoiseShrinks,
    LinearBreaks,
    SqrtMeetsTheory,
    LargeBatchesCost,
    MeasureCritical,
    AdamIsDifferent,
    CriticalGrows,
    WarmupRescue,
    SumOrMean,
    Accumulation,
}

/// What is fixed about a lesson.
pub struct Facts {
    /// Name of its folder on the site.
    pub slug: &'static str,
    /// Where its panels begin, as links, each with the controls that the reader moves there; the first panel is shown
    /// first.
    pub starts: &'static [(&'static str, &'static [ParamId])],
    /// Names of the predictions to choose from; none where a number is predicted.
    pub options: &'static [&'static str],
    /// Names of the sentences that say what is still to be done.
    pub hints: &'static [&'static str],
    /// How many numbers the sentence about what was found has.
    pub n_numbers: usize,
}

impl Lesson {
    pub const ALL: [Lesson; 10] = [
        Lesson::NoiseShrinks,
        Lesson::LinearBreaks,
        Lesson::SqrtMeetsTheory,
        Lesson::LargeBatchesCost,
        Lesson::MeasureCritical,
        Lesson::AdamIsDifferent,
        Lesson::CriticalGrows,
        Lesson::WarmupRescue,
        Lesson::SumOrMean,
        Lesson::Accumulation,
    ];

    /// The lesson of a folder.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.facts().slug == slug)
    }

    pub const fn facts(self) -> &'static Facts {
        use ParamId as P;
        /// What a measurement brings to Curves, and the target there.
        const MEASURED: &[ParamId] = &[
            P::Batch,
            P::BaseBatch,
            P::BaseLr,
            P::CriticalBatch,
            P::CriticalKnown,
        ];
        match self {
            Lesson::NoiseShrinks => &Facts {
                slug: "noise-shrinks",
                starts: &[("#/noise?v=1&b=4&n=256", &[P::LabBatch])],
                options: &["quarter", "half", "root", "same"],
                hints: &["move", "quiet"],
                n_numbers: 5,
            },
            Lesson::LinearBreaks => &Facts {
                slug: "linear-breaks",
                starts: &[("#/curves?v=1&b=512", &[P::Batch])],
                options: &[],
                hints: &["there", "sgd"],
                n_numbers: 2,
            },
            Lesson::SqrtMeetsTheory => &Facts {
                slug: "sqrt-meets-theory",
                starts: &[("#/curves?v=1&b=4096", &[P::Batch, P::BaseBatch])],
                options: &[],
                hints: &["there", "again", "sgd"],
                n_numbers: 4,
            },
            Lesson::LargeBatchesCost => &Facts {
                slug: "large-batches-cost",
                starts: &[("#/curves?v=1&b=256", &[P::Batch])],
                options: &["same", "half-more", "twice", "four"],
                hints: &["there"],
                n_numbers: 3,
            },
            Lesson::MeasureCritical => &Facts {
                slug: "measure-critical-batch",
                starts: &[
                    ("#/sweep?v=1&task=quadratic", &[P::Seed]),
                    ("#/curves", MEASURED),
                ],
                options: &["below", "above"],
                hints: &["run", "settings", "missed"],
                n_numbers: 4,
            },
            Lesson::AdamIsDifferent => &Facts {
                slug: "adam-is-different",
                starts: &[
                    ("#/sweep?v=1&opt=adam", &[P::Seed, P::SweepSeeds]),
                    ("#/curves?v=1&opt=adam", MEASURED),
                ],
                options: &["linear", "root", "flat"],
                hints: &["run", "adam"],
                n_numbers: 2,
            },
            Lesson::CriticalGrows => &Facts {
                slug: "critical-batch-grows",
                starts: &[("#/noise?v=1&n=128", &[P::LabFollow])],
                options: &["early", "late", "same"],
                hints: &["follow", "further"],
                n_numbers: 3,
            },
            Lesson::WarmupRescue => &Facts {
                slug: "warmup-rescue",
                starts: &[(
                    "#/race?v=1&lanes=base,linear",
                    &[P::Batch, P::WarmupKind, P::WarmupExamples],
                )],
                options: &["always", "sometimes", "never"],
                hints: &["run", "first", "calm", "plain", "smaller", "boundary"],
                n_numbers: 4,
            },
            Lesson::SumOrMean => &Facts {
                slug: "sum-or-mean",
                starts: &[
                    (
                        "#/calc?v=1&recipe=imagenet8192",
                        &[P::RecipeOptimizer, P::Reduction],
                    ),
                    ("#/race?v=1&lanes=none,linear", &[P::Batch]),
                ],
                options: &["both", "sgd", "adam", "neither"],
                hints: &["sum", "adam", "sgd"],
                n_numbers: 3,
            },
            Lesson::Accumulation => &Facts {
                slug: "accumulation-is-devices",
                starts: &[
                    (
                        "#/calc?v=1&b=32&m=4&nodes=1&bn=no",
                        &[
                            P::MicroBatch,
                            P::Devices,
                            P::Nodes,
                            P::AccumSteps,
                            P::TotalBatch,
                            P::Locked,
                        ],
                    ),
                    ("#/race?v=1&lanes=base,sqrt&ex=2e4", &[P::Batch]),
                ],
                options: &["same", "noisier", "smoother"],
                hints: &["total", "devices", "accumulate", "race", "again", "seed"],
                n_numbers: 1,
            },
        }
    }

    /// The state of the panels: where the lesson begins, and of one panel what `fragment` says about it. A link to a
    /// panel that the lesson does not have is left aside.
    pub fn link(self, fragment: &str) -> (Link, Vec<Notice>) {
        let facts = self.facts();
        let mut link = Link::default();
        for (start, _) in facts.starts.iter().rev() {
            take(&mut link, decode(start).0);
        }
        if fragment.is_empty() {
            return (link, Vec::new());
        }
        let (own, notices) = decode(fragment);
        if !self.panels().any(|p| p == own.panel) {
            return (link, Vec::new());
        }
        take(&mut link, own);
        (link, notices)
    }

    /// The panels that it has.
    pub fn panels(self) -> impl Iterator<Item = Panel> {
        self.facts().starts.iter().map(|(s, _)| decode(s).0.panel)
    }

    /// The controls of a panel that a teacher's link locks: all but those that the lesson is about, and
    /// those that only change how something is shown.
    pub fn locked(self, panel: Panel) -> Vec<ParamId> {
        use ParamId as P;
        let starts = self.facts().starts.iter();
        let moved = starts
            .filter(|(s, _)| decode(s).0.panel == panel)
            .flat_map(|(_, moved)| *moved);
        let free: Vec<ParamId> = moved
            .copied()
            .chain([
                P::YAxis,
                P::Spacing,
                P::HiddenCurves,
                P::Speed,
                P::XAxis,
                P::LossAxis,
                P::CalcTab,
                P::ExportRule,
            ])
            .collect();
        let known = controls(&Link {
            panel,
            ..Link::default()
        });
        let ids = known.into_iter().map(|c| c.id);
        ids.filter(|id| !free.contains(id)).collect()
    }
}

/// Goes to the panel of `own`, in the state that it has there. The language is the page's.
fn take(link: &mut Link, own: Link) {
    link.panel = own.panel;
    link.theme = own.theme;
    link.is_threadless = own.is_threadless;
    match own.panel {
        Panel::Curves => {
            link.curves = own.curves;
            link.measured = own.measured;
        }
        Panel::Race | Panel::Sweep => link.race = own.race,
        Panel::Noise => link.noise = own.noise,
        Panel::Calc => link.calc = own.calc,
        Panel::Runs | Panel::About => {}
    }
}
