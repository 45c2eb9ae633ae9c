//! What a frame in somebody else's page shows of a panel: how much, which controls, how high.
//!
//! `#/curves?v=1&b=512&embed=1&ui=min&lock=b0,lr0&hide=bc&height=420`

use super::defs::ParamId;
use super::url::{Link, Notice, Panel, controls, shorten};
use crate::units::parse_number;

/// Least width of a live frame, in CSS pixels; below it stands a picture. Written in `style/share.css` as well.
pub const MIN_WIDTH: u32 = 320;
/// Least height of a live frame, in CSS pixels.
pub const MIN_HEIGHT: u32 = 360;
/// Largest height that a link may ask for, in CSS pixels.
const MAX_HEIGHT: u32 = 4000;

/// Sizes that a frame is offered in, in CSS pixels: for a column of text, half a column, a phone.
pub const SIZES: [(u32, u32); 3] = [(720, 460), (480, 420), (360, 520)];
/// Least and largest size that may be chosen instead.
pub const CUSTOM_SIZES: [(u32, u32); 2] = [(MIN_WIDTH, MIN_HEIGHT), (2000, MAX_HEIGHT)];

/// How much of a panel is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Ui {
    /// The chart and one control.
    Min,
    /// The chart, the main controls, the table.
    #[default]
    Std,
    /// The whole panel.
    Full,
}

impl Ui {
    /// From the least to the whole.
    pub const ALL: [Ui; 3] = [Ui::Min, Ui::Std, Ui::Full];

    /// Name in links.
    pub const fn key(self) -> &'static str {
        match self {
            Ui::Min => "min",
            Ui::Std => "std",
            Ui::Full => "full",
        }
    }
}

/// How a frame shows its panel.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Embed {
    pub ui: Ui,
    /// Controls that are shown and cannot be changed, in the order of the registry.
    pub locked: Vec<ParamId>,
    /// Controls that are not shown, in the order of the registry.
    pub hidden: Vec<ParamId>,
    /// Height that the page gives the frame, in CSS pixels; without it the height that it opens with counts.
    pub height: Option<u32>,
    /// Whether the page around is told of every change.
    pub is_notifying: bool,
}

impl Embed {
    /// Whether a control of the panel is on screen.
    pub fn shows(&self, panel: Panel, id: ParamId) -> bool {
        let is_in = match self.ui {
            Ui::Full => true,
            Ui::Std => main_controls(panel).contains(&id),
            Ui::Min => main_controls(panel).first() == Some(&id),
        };
        is_in && !self.hidden.contains(&id)
    }
}

/// The controls of the levels below the whole panel. The first is the one that stays at the least.
pub const fn main_controls(panel: Panel) -> &'static [ParamId] {
    use ParamId as P;
    match panel {
        Panel::Curves => &[
            P::Batch,
            P::Family,
            P::BaseBatch,
            P::BaseLr,
            P::CriticalBatch,
        ],
        Panel::Race => &[
            P::Batch,
            P::Task,
            P::Optimizer,
            P::BaseBatch,
            P::BaseLr,
            P::Lanes,
            P::CustomLr,
            P::Speed,
            P::XAxis,
        ],
        Panel::Sweep => &[
            P::SweepTarget,
            P::Task,
            P::Optimizer,
            P::SweepMetric,
            P::SweepSteps,
            P::SweepSeeds,
        ],
        Panel::Noise => &[
            P::LabBatch,
            P::LabNoise,
            P::LabRatio,
            P::LabLr,
            P::LabFollow,
        ],
        Panel::Calc => &[
            P::TotalBatch,
            P::CalcTab,
            P::Recipe,
            P::RecipeOptimizer,
            P::RecipeBatch,
            P::RecipeLr,
            P::CriticalKnowledge,
            P::CriticalLow,
            P::CriticalHigh,
            P::LlmParams,
            P::LlmTokens,
        ],
        Panel::Runs => &[P::RunsOptimizer, P::AskedBatch],
        Panel::About => &[],
    }
}

/// Reads what a link says about the frame; `None` for a page of our own.
pub(super) fn read(
    panel: Panel,
    pairs: &[(String, String)],
    notices: &mut Vec<Notice>,
) -> Option<Embed> {
    // The last of repeated keys wins.
    let find = |key: &str| {
        pairs
            .iter()
            .rev()
            .find(|(k, _)| k == key)
            .map(|(_, v)| v.as_str())
    };
    let mut refuse = |key: &'static str, given: &str| {
        let given = shorten(given);
        notices.push(Notice::Unreadable { key, given });
    };
    match find("embed")? {
        "1" => {}
        "0" => return None,
        other => {
            refuse("embed", other);
            return None;
        }
    }
    let mut embed = Embed::default();
    if let Some(text) = find("ui") {
        match Ui::ALL.into_iter().find(|ui| ui.key() == text) {
            Some(ui) => embed.ui = ui,
            None => refuse("ui", text),
        }
    }
    embed.is_notifying = find("notify") == Some("1");
    let known = controls(&Link {
        panel,
        ..Link::default()
    });
    // Race's hidden units were called `h` before frames had a height.
    let is_h_free = known.iter().all(|c| c.key != "h");
    let height = find("height").or_else(|| find("h").filter(|_| is_h_free));
    if let Some(text) = height {
        match parse_number(text) {
            Some(asked) => {
                let (min, max) = (f64::from(MIN_HEIGHT), f64::from(MAX_HEIGHT));
                let used = libm::round(asked.clamp(min, max));
                embed.height = Some(used as u32);
                if !(min..=max).contains(&asked) {
                    notices.push(Notice::Clamped {
                        key: "height",
                        given: shorten(text),
                        used,
                        min,
                        max,
                    });
                }
            }
            None => refuse("height", text),
        }
    }
    let mut listed = |key: &'static str| -> Vec<ParamId> {
        let names: Vec<&str> = find(key).map_or(Vec::new(), |text| text.split(',').collect());
        let names = names.into_iter().filter(|name| !name.is_empty());
        let unknown = names
            .clone()
            .find(|name| known.iter().all(|c| c.key != *name));
        if let Some(unknown) = unknown {
            let given = shorten(unknown);
            notices.push(Notice::UnknownControl { key, given });
        }
        let is_named = |key: &str| names.clone().any(|name| name == key);
        let named = known.iter().filter(|c| is_named(c.key));
        named.map(|c| c.id).collect()
    };
    embed.locked = listed("lock");
    embed.hidden = listed("hide");
    Some(embed)
}

/// Writes what [`read`] reads.
pub(super) fn write(embed: &Embed, panel: Panel, pairs: &mut Vec<String>) {
    pairs.push("embed=1".to_owned());
    if embed.ui != Ui::default() {
        pairs.push(format!("ui={}", embed.ui.key()));
    }
    let known = controls(&Link {
        panel,
        ..Link::default()
    });
    for (key, ids) in [("lock", &embed.locked), ("hide", &embed.hidden)] {
        let named = known.iter().filter(|c| ids.contains(&c.id));
        let names: Vec<&str> = named.map(|c| c.key).collect();
        if !names.is_empty() {
            pairs.push(format!("{key}={}", names.join(",")));
        }
    }
    if let Some(height) = embed.height {
        pairs.push(format!("height={height}"));
    }
    if embed.is_notifying {
        pairs.push("notify=1".to_owned());
    }
}
