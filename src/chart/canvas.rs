//! Paints a scene on an HTML canvas, one bitmap pixel per device pixel.

use plotters_canvas::CanvasBackend;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, ImageData};

use super::compose::compose;
use super::draw::{FONT_STACK, SUBPIXELS, Surface, ground, shapes, texts};
use super::layout::Layout;
use super::palette::Palette;
use super::picture::Picture;
use super::scene::{Ink, Scene};
use super::sheet::Sheet;
use super::text;
use super::tiles::bitmap;

/// Reads the tokens that apply to `element`, so that an enforced theme on an ancestor counts.
pub fn palette_from(element: &Element) -> Palette {
    let style =
        web_sys::window().and_then(|window| window.get_computed_style(element).ok().flatten());
    Palette::from_lookup(|token| {
        style
            .as_ref()?
            .get_property_value(&format!("--{token}"))
            .ok()
    })
}

/// Paints `scene` at the canvas' size on the page, for the screen's pixel density, and counts it in `data-draws`.
///
/// Nothing happens while the canvas has no size. Call it at most once per animation frame. False where the browser gives
/// no surface to draw on, as some do when memory is short or canvases are blocked.
pub fn paint(canvas: &HtmlCanvasElement, scene: &Scene, palette: &Palette) -> bool {
    let size = canvas.get_bounding_client_rect();
    let dpr = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
    if size.width() < 1.0 || size.height() < 1.0 {
        return true;
    }
    let has_drawn = paint_on(canvas, scene, palette, size.width(), size.height(), dpr);
    let n_draws: u32 = canvas
        .get_attribute("data-draws")
        .and_then(|count| count.parse().ok())
        .unwrap_or(0);
    // Only tests read the count; a document that refuses attributes loses nothing else.
    let _ = canvas.set_attribute("data-draws", &n_draws.wrapping_add(1).to_string());
    has_drawn
}

/// Paints `scene` in `width` × `height` CSS pixels with `dpr` bitmap pixels each; resizes the bitmap to fit exactly.
/// False where there is no surface.
pub fn paint_on(
    canvas: &HtmlCanvasElement,
    scene: &Scene,
    palette: &Palette,
    width: f64,
    height: f64,
    dpr: f64,
) -> bool {
    let dpr = if dpr > 0.25 { dpr.min(8.0) } else { 1.0 };
    let (bitmap_width, bitmap_height) =
        ((width * dpr).round() as u32, (height * dpr).round() as u32);
    // Setting a size clears the bitmap and gives its memory back, even when the size is the same.
    if canvas.width() != bitmap_width {
        canvas.set_width(bitmap_width);
    }
    if canvas.height() != bitmap_height {
        canvas.set_height(bitmap_height);
    }
    let context = canvas
        .get_context("2d")
        .ok()
        .flatten()
        .and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok());
    let (Some(context), Some(mut backend)) =
        (context, CanvasBackend::with_canvas_object(canvas.clone()))
    else {
        return false;
    };
    let layout = scene.layout(width, height);
    let picture = compose(scene, &layout, dpr);
    let surface = Surface {
        fine: SUBPIXELS * dpr,
        text: dpr,
        font: dpr,
    };
    context.set_line_join("round");
    // The backend holds the same context, so its whole numbers become sixteenths of a device pixel.
    let fine = 1.0 / SUBPIXELS;
    let drawn = context
        .set_transform(fine, 0.0, 0.0, fine, 0.0, 0.0)
        .is_ok()
        && ground(
            (layout.width, layout.height),
            palette,
            surface,
            &mut backend,
        )
        .is_ok()
        && put_tiles(&context, &picture, &layout, palette, dpr)
        && shapes(&picture, palette, surface, &mut backend).is_ok()
        && context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0).is_ok()
        && texts(&picture, palette, surface, &mut backend).is_ok();
    debug_assert!(drawn, "a canvas refused to draw");
    drawn
}

/// Paints a finished `chart` of `size` CSS pixels with its sheet around it; `None` where the canvas refuses.
pub fn paint_sheet(
    canvas: &HtmlCanvasElement,
    chart: &HtmlCanvasElement,
    sheet: &Sheet,
    palette: &Palette,
    size: (f64, f64),
    dpr: f64,
) -> Option<()> {
    let (lines, height) = sheet.lines(size.0, size.1);
    canvas.set_width((size.0 * dpr) as u32);
    canvas.set_height((height * dpr) as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    let css = |ink| palette.css(palette.rgb(ink));
    context.set_fill_style_str(&css(Ink::Background));
    context.fill_rect(0.0, 0.0, size.0 * dpr, height * dpr);
    context
        .draw_image_with_html_canvas_element(chart, 0.0, Sheet::HEAD * dpr)
        .ok()?;
    context.set_text_baseline("middle");
    for line in lines {
        let weight = if line.bold { "600" } else { "400" };
        context.set_font(&format!("{weight} {}px {FONT_STACK}", text::SIZE * dpr));
        context.set_fill_style_str(&css(line.ink));
        context
            .fill_text(&line.text, line.at.0 * dpr, line.at.1 * dpr)
            .ok()?;
    }
    Some(())
}

/// Puts all tiles on the canvas as one bitmap; whether that went well.
fn put_tiles(
    context: &CanvasRenderingContext2d,
    picture: &Picture,
    layout: &Layout,
    palette: &Palette,
    dpr: f64,
) -> bool {
    if picture.tiles.is_empty() {
        return true;
    }
    let (pattern, ground) = (palette.rgb(Ink::Muted), palette.rgb(Ink::Background));
    let map = bitmap(&picture.tiles, &layout.plot, dpr, pattern, ground);
    ImageData::new_with_u8_clamped_array(Clamped(&map.bytes), map.width as u32)
        .and_then(|image| {
            let (x, y) = (layout.plot.left * dpr, layout.plot.top * dpr);
            context.put_image_data(&image, x.round(), y.round())
        })
        .is_ok()
}
