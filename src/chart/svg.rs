//! A scene as an SVG text: for download, for native tests, and for the picture that is seen before the program loads.
//!
//! plotters writes one element per dash, with every attribute spelled out and absolute coordinates; that is put right
//! here: neighbouring strokes of one style become one path with relative coordinates, what all elements share moves to
//! the root, and colours become `var(--token)` where the palette is symbolic.

use core::fmt::Write;

use plotters::backend::{DrawingBackend, SVGBackend};

use super::compose::compose;
use super::draw::{FONT_STACK, SUBPIXELS, Surface, draw};
use super::palette::{Palette, parse_hex};
use super::scene::Scene;
use super::text;

/// plotters-svg divides font sizes by this number (it takes them for typographic, not CSS, sizes).
const FONT_DIVISOR: f64 = 1.24;
/// How far below the middle of digits and capitals the baseline is, in font sizes.
pub(super) const BASELINE: f64 = 0.35;
/// Coordinates per CSS pixel.
pub(super) const UNITS: f64 = SUBPIXELS;

/// Draws `scene` in `width` × `height` CSS pixels. `title` names the picture for screen readers and file viewers.
///
/// Coordinates are sixteenths of a CSS pixel; texts stay texts. Equal arguments give equal bytes.
pub fn to_svg(
    scene: &Scene,
    width: f64,
    height: f64,
    palette: &Palette,
    title: Option<&str>,
) -> String {
    let layout = scene.layout(width, height);
    let mut out = root(layout.width, layout.height, title);
    out.push_str(&body(scene, width, height, palette));
    out.push_str("</svg>");
    out
}

/// The elements of a drawing, without a root around them.
pub(super) fn body(scene: &Scene, width: f64, height: f64, palette: &Palette) -> String {
    let layout = scene.layout(width, height);
    let picture = compose(scene, &layout, 1.0);
    let size = (layout.width.ceil(), layout.height.ceil());
    let mut verbose = String::new();
    {
        let units = ((size.0 * SUBPIXELS) as u32, (size.1 * SUBPIXELS) as u32);
        let mut backend = SVGBackend::with_string(&mut verbose, units);
        let surface = Surface {
            fine: SUBPIXELS,
            text: SUBPIXELS,
            font: SUBPIXELS * FONT_DIVISOR,
        };
        // Writing into a string cannot fail; were it to, the picture would end early.
        let _ = draw(&picture, size, palette, surface, &mut backend).and_then(|()| {
            backend
                .present()
                .map_err(plotters::drawing::DrawingAreaErrorKind::BackendError)
        });
    }
    Compactor {
        out: String::new(),
        palette,
        open: None,
    }
    .run(&verbose)
}

/// The opening tag of a drawing of `width` × `height` CSS pixels, with what all its elements share.
pub(super) fn root(width: f64, height: f64, title: Option<&str>) -> String {
    let size = (width.ceil(), height.ceil());
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\" \
         font-family=\"{FONT_STACK}\" font-size=\"{}\" fill=\"none\" stroke-linejoin=\"round\">",
        size.0,
        size.1,
        size.0 * SUBPIXELS,
        size.1 * SUBPIXELS,
        text::SIZE * SUBPIXELS,
    );
    if let Some(title) = title {
        let _ = write!(out, "<title>{}</title>", escape(title));
    }
    out
}

/// `&`, `<` and `>` as entities.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// One element as plotters wrote it: `<tag key="value" …/>`.
struct Element<'a> {
    tag: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Element<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (tag, mut rest) = line.strip_prefix('<')?.split_once(' ')?;
        let mut attributes = Vec::new();
        while let Some((key, after)) = rest.split_once("=\"") {
            let (value, next) = after.split_once('"')?;
            attributes.push((key.trim(), value));
            rest = next;
        }
        Some(Self { tag, attributes })
    }

    fn get(&self, key: &str) -> &'a str {
        self.attributes
            .iter()
            .find(|(k, _)| *k == key)
            .map_or("", |(_, value)| value)
    }

    fn number(&self, key: &str) -> i64 {
        self.get(key).parse().unwrap_or(0)
    }

    fn points(&self) -> Vec<(i64, i64)> {
        let pairs = self
            .get("points")
            .split_whitespace()
            .filter_map(|pair| pair.split_once(','));
        pairs
            .filter_map(|(x, y)| Some((x.parse().ok()?, y.parse().ok()?)))
            .collect()
    }
}

struct Compactor<'a> {
    out: String,
    palette: &'a Palette,
    /// Attributes of the path element being written, and the pen's position.
    open: Option<(String, (i64, i64))>,
}

impl Compactor<'_> {
    fn run(mut self, verbose: &str) -> String {
        let mut lines = verbose.lines().skip(1);
        while let Some(line) = lines.next() {
            let Some(element) = Element::parse(line) else {
                continue;
            };
            match element.tag {
                "polyline" => self.polyline(&element),
                "text" => self.text(&element, lines.next().unwrap_or("")),
                _ => self.shape(&element),
            }
        }
        self.close();
        self.out
    }

    fn colour(&self, hex: &str) -> String {
        parse_hex(hex).map_or_else(|| "none".to_owned(), |rgb| self.palette.css(rgb))
    }

    fn opacity(element: &Element<'_>) -> String {
        match element.get("opacity") {
            "1" => String::new(),
            value => format!(" opacity=\"{value}\""),
        }
    }

    fn close(&mut self) {
        if let Some((style, _)) = self.open.take() {
            let _ = write!(self.out, "\"{style}/>");
        }
    }

    fn polyline(&mut self, element: &Element<'_>) {
        let points = element.points();
        let Some(&first) = points.first() else { return };
        let style = format!(
            " stroke=\"{}\" stroke-width=\"{}\"{}",
            self.colour(element.get("stroke")),
            element.get("stroke-width"),
            Self::opacity(element)
        );
        match &self.open {
            Some((open, pen)) if *open == style => {
                let _ = write!(self.out, "m{}", pair(first.0 - pen.0, first.1 - pen.1));
            }
            _ => {
                self.close();
                let _ = write!(self.out, "<path d=\"M{}", pair(first.0, first.1));
            }
        }
        let pen = lines_to(&mut self.out, &points);
        self.open = Some((style, pen));
    }

    fn shape(&mut self, element: &Element<'_>) {
        self.close();
        let fill = element.get("fill");
        let paint = if fill == "none" {
            format!(
                " stroke=\"{}\" stroke-width=\"{}\"",
                self.colour(element.get("stroke")),
                element.get("stroke-width")
            )
        } else {
            format!(" fill=\"{}\"", self.colour(fill))
        };
        let opacity = Self::opacity(element);
        let number = |key| element.number(key);
        let _ = match element.tag {
            "rect" => write!(
                self.out,
                "<path d=\"M{}h{}v{}h{}z\"{paint}{opacity}/>",
                pair(number("x"), number("y")),
                number("width"),
                number("height"),
                -number("width")
            ),
            "circle" => write!(
                self.out,
                "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{paint}{opacity}/>",
                number("cx"),
                number("cy"),
                number("r")
            ),
            _ => {
                let points = element.points();
                let Some(first) = points.first() else { return };
                let _ = write!(self.out, "<path d=\"M{}", pair(first.0, first.1));
                lines_to(&mut self.out, &points);
                write!(self.out, "z\"{paint}{opacity}/>")
            }
        };
    }

    fn text(&mut self, element: &Element<'_>, content: &str) {
        self.close();
        let anchor = match element.get("text-anchor") {
            "start" => String::new(),
            other => format!(" text-anchor=\"{other}\""),
        };
        let weight = if element.get("font-weight") == "bold" {
            " font-weight=\"600\""
        } else {
            ""
        };
        let baseline = element.number("y") + (BASELINE * text::SIZE * SUBPIXELS).round() as i64;
        let fill = self.colour(element.get("fill"));
        let x = element.number("x");
        // The content comes escaped from plotters.
        let _ = write!(
            self.out,
            "<text x=\"{x}\" y=\"{baseline}\"{anchor}{weight} fill=\"{fill}\">{content}</text>"
        );
    }
}

/// Continues a path through `points`, the first of which is where the pen is; returns where it ends.
fn lines_to(out: &mut String, points: &[(i64, i64)]) -> (i64, i64) {
    for step in points.windows(2) {
        let (dx, dy) = (step[1].0 - step[0].0, step[1].1 - step[0].1);
        let _ = match (dx, dy) {
            (0, 0) => Ok(()),
            (_, 0) => write!(out, "h{dx}"),
            (0, _) => write!(out, "v{dy}"),
            _ => write!(out, "l{}", pair(dx, dy)),
        };
    }
    points.last().copied().unwrap_or((0, 0))
}

/// Two numbers of a path; a minus sign separates them by itself.
fn pair(x: i64, y: i64) -> String {
    if y < 0 {
        format!("{x}{y}")
    } else {
        format!("{x} {y}")
    }
}
