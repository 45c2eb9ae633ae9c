//! What a lesson's panel shows first, as a picture that is there before the panel is, or without it.

use crate::frame::Lang;
use critical_batch::chart::palette::Palette;
use critical_batch::chart::svg::to_svg;
use critical_batch::experiment::lessons::Lesson;
use critical_batch::experiment::noise_lab::state::Lab;
use critical_batch::i18n::{self, strings};
use critical_batch::params::url::Panel;
use critical_batch::scenes::curves::{Domain, cost_scene, main_scene};
use critical_batch::scenes::noise::fan_scene;

/// The first chart of a lesson, as SVG in the page's own colours; none where it is empty until something is trained.
pub fn first_chart(lesson: Lesson, lang: Lang) -> Option<String> {
    let s = strings(match lang {
        Lang::En => i18n::Lang::En,
        Lang::Zh => i18n::Lang::Zh,
    });
    let (link, _) = lesson.link("");
    let (scene, title) = match link.panel {
        Panel::Curves if lesson == Lesson::LargeBatchesCost => {
            (cost_scene(&link.curves, s, false), s.curves.cost_title)
        }
        Panel::Curves => (
            main_scene(&link.curves, &Domain::of(&link.curves), s, false),
            s.curves.chart_title,
        ),
        Panel::Noise => (
            fan_scene(&link.noise, &Lab::of(&link.noise), s),
            s.noise.fan_title,
        ),
        _ => return None,
    };
    let height = if link.panel == Panel::Noise {
        560.0
    } else {
        400.0
    };
    Some(to_svg(
        &scene,
        800.0,
        height,
        &Palette::tokens(),
        Some(title),
    ))
}
