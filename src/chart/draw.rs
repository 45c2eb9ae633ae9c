//! Puts a composed picture on any plotters backend, without measuring text and without plotters' own axes.
//!
//! plotters' coordinates are whole numbers. So that curves do not become staircases, the surface pretends to be
//! larger: with [`Surface::fine`] units per CSS pixel, and the owner of the backend scales everything back down
//! (a canvas by its transform, SVG by its viewBox). Texts have their own scale, because browsers hint glyphs best
//! at their natural size.

use plotters::backend::DrawingBackend;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBAColor, ShapeStyle, TextStyle};

use super::palette::Palette;
use super::picture::{Align, Mark, Picture};
use super::scene::Ink;
use super::text;
use super::tiles::{Fill, STROKE, pattern_lines, viridis};

/// The CSS font stack of all texts; Chinese falls back to the system's own font.
pub const FONT_STACK: &str = "system-ui,-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif";

/// Steps per device pixel: a sixteenth is finer than any antialiasing.
pub const SUBPIXELS: f64 = 16.0;

/// Scales between CSS pixels and a backend's units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surface {
    /// Backend units per CSS pixel for strokes and areas.
    pub fine: f64,
    /// Backend units per CSS pixel for positions of texts.
    pub text: f64,
    /// Font size units per CSS pixel; differs from `text` where a backend rescales fonts.
    pub font: f64,
}

type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// Draws everything: [`ground`], [`tiles`], [`shapes`], then [`texts`].
///
/// # Errors
/// Whatever the backend reports.
pub fn draw<DB: DrawingBackend>(
    picture: &Picture,
    size: (f64, f64),
    palette: &Palette,
    surface: Surface,
    backend: &mut DB,
) -> Drawn<DB> {
    ground(size, palette, surface, backend)?;
    tiles(picture, palette, surface, backend)?;
    shapes(picture, palette, surface, backend)?;
    texts(picture, palette, surface, backend)
}

/// Draws the background of `size` CSS pixels.
///
/// # Errors
/// Whatever the backend reports.
pub fn ground<DB: DrawingBackend>(
    size: (f64, f64),
    palette: &Palette,
    surface: Surface,
    backend: &mut DB,
) -> Drawn<DB> {
    let whole = unit_point((size.0, size.1), surface.fine);
    let ground = fill(palette, Ink::Background, 1.0);
    backend
        .draw_rect((0, 0), whole, &ground, true)
        .map_err(DrawingAreaErrorKind::BackendError)
}

/// Draws tiles one by one, for pictures of shapes; a canvas takes [`super::tiles::bitmap`] instead.
///
/// # Errors
/// Whatever the backend reports.
pub fn tiles<DB: DrawingBackend>(
    picture: &Picture,
    palette: &Palette,
    surface: Surface,
    backend: &mut DB,
) -> Drawn<DB> {
    let ink = ShapeStyle {
        color: colour(palette, Ink::Muted, 1.0),
        filled: false,
        stroke_width: (STROKE * surface.fine).round().max(1.0) as u32,
    };
    for (rect, fill) in &picture.tiles {
        if let Fill::Value(share) = fill {
            let (r, g, b) = viridis(*share);
            let style = ShapeStyle {
                color: RGBAColor(r, g, b, 1.0),
                filled: true,
                stroke_width: 1,
            };
            let from = unit_point((rect.left, rect.top), surface.fine);
            let to = unit_point((rect.right, rect.bottom), surface.fine);
            backend
                .draw_rect(from, to, &style, true)
                .map_err(DrawingAreaErrorKind::BackendError)?;
        }
        for line in pattern_lines(rect, *fill) {
            backend
                .draw_path(line.map(|p| unit_point(p, surface.fine)), &ink)
                .map_err(DrawingAreaErrorKind::BackendError)?;
        }
    }
    Ok(())
}

/// Draws all strokes and areas.
///
/// # Errors
/// Whatever the backend reports.
pub fn shapes<DB: DrawingBackend>(
    picture: &Picture,
    palette: &Palette,
    surface: Surface,
    backend: &mut DB,
) -> Drawn<DB> {
    let layers = [
        &picture.ground,
        &picture.rules,
        &picture.series,
        &picture.signs,
        &picture.halos,
    ];
    for mark in layers.into_iter().flatten() {
        draw_mark(mark, palette, surface.fine, backend)?;
    }
    Ok(())
}

/// Draws all texts, vertically centred on their positions.
///
/// # Errors
/// Whatever the backend reports.
pub fn texts<DB: DrawingBackend>(
    picture: &Picture,
    palette: &Palette,
    surface: Surface,
    backend: &mut DB,
) -> Drawn<DB> {
    for line in &picture.texts {
        let weight = if line.bold {
            FontStyle::Bold
        } else {
            FontStyle::Normal
        };
        let font = FontDesc::new(
            FontFamily::Name(FONT_STACK),
            text::SIZE * surface.font,
            weight,
        );
        let h_pos = match line.align {
            Align::Start => HPos::Left,
            Align::Middle => HPos::Center,
            Align::End => HPos::Right,
        };
        let color = colour(palette, line.ink, 1.0).to_backend_color();
        let style = TextStyle {
            font,
            color,
            pos: Pos::new(h_pos, VPos::Center),
        };
        let at = unit_point(line.at, surface.text);
        backend
            .draw_text(&line.text, &style, at)
            .map_err(DrawingAreaErrorKind::BackendError)?;
    }
    Ok(())
}

fn draw_mark<DB: DrawingBackend>(
    mark: &Mark,
    palette: &Palette,
    fine: f64,
    backend: &mut DB,
) -> Drawn<DB> {
    let units = |length: f64| (length * fine).round().max(1.0) as u32;
    let drawn = match mark {
        Mark::Stroke {
            points,
            ink,
            opacity,
            width,
        } => {
            let style = ShapeStyle {
                color: colour(palette, *ink, *opacity),
                filled: false,
                stroke_width: units(*width),
            };
            backend.draw_path(points.iter().map(|&p| unit_point(p, fine)), &style)
        }
        Mark::Area {
            points,
            ink,
            opacity,
        } => {
            let points = points.iter().map(|&p| unit_point(p, fine));
            backend.fill_polygon(points, &fill(palette, *ink, *opacity))
        }
        Mark::Block { rect, ink, opacity } => {
            let (from, to) = (
                unit_point((rect.left, rect.top), fine),
                unit_point((rect.right, rect.bottom), fine),
            );
            backend.draw_rect(from, to, &fill(palette, *ink, *opacity), true)
        }
        Mark::Disc {
            centre,
            radius,
            ink,
            outline,
        } => {
            let color = colour(palette, *ink, 1.0);
            let style = ShapeStyle {
                color,
                filled: outline.is_none(),
                stroke_width: units(outline.unwrap_or(1.0)),
            };
            backend.draw_circle(
                unit_point(*centre, fine),
                units(*radius),
                &style,
                outline.is_none(),
            )
        }
    };
    drawn.map_err(DrawingAreaErrorKind::BackendError)
}

/// Positions are finite and within ±1e6 picture sizes; the cast saturates beyond i32.
fn unit_point(p: (f64, f64), scale: f64) -> (i32, i32) {
    ((p.0 * scale).round() as i32, (p.1 * scale).round() as i32)
}

fn colour(palette: &Palette, ink: Ink, opacity: f64) -> RGBAColor {
    let (r, g, b) = palette.rgb(ink);
    RGBAColor(r, g, b, opacity)
}

fn fill(palette: &Palette, ink: Ink, opacity: f64) -> ShapeStyle {
    ShapeStyle {
        color: colour(palette, ink, opacity),
        filled: true,
        stroke_width: 1,
    }
}
