//! The HTML that puts a panel into a page.

/// The script of `examples/embed/` that gives every frame the height that it asks for.
pub const HOST_SCRIPT: &str = include_str!("../../examples/embed/host.js");

/// An `iframe` of so many CSS pixels, loaded when the reader comes near it.
pub fn snippet(address: &str, title: &str, (width, height): (u32, u32)) -> String {
    format!(
        "<iframe src=\"{}\" width=\"{width}\" height=\"{height}\" loading=\"lazy\" title=\"{}\" allow=\"clipboard-write\" style=\"border: 0; max-width: 100%\"></iframe>",
        escaped(address),
        escaped(title)
    )
}

/// A text as the value of an attribute in double quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
