//! The chart inside `index.html`: what readers see before, or without, WebAssembly.

const BEGIN: &str = "<!-- first-chart begin";
const END: &str = "<!-- first-chart end -->";

/// `html` with everything between the two marks replaced by `svg`; unchanged where the marks are missing.
pub fn splice(html: &str, svg: &str) -> String {
    let Some((head, rest)) = html.split_once(BEGIN) else {
        return html.to_owned();
    };
    let (Some((mark, _)), Some((_, tail))) = (rest.split_once("-->"), rest.split_once(END)) else {
        return html.to_owned();
    };
    format!("{head}{BEGIN}{mark}-->\n{}\n{END}{tail}", svg.trim())
}
