//! Tables as JSON, made from the same text as the CSV download, so that both say the same.

use std::fmt::Write;

/// What the files are called in themselves; a reader of them may rely on its fields.
pub const SCHEMA: &str = "critical-batch/1";

/// `{schema, version, link, digest, columns, rows}` from a CSV text of ours: comments with link and digest, a header,
/// rows. Numbers become numbers, what is empty becomes null.
pub fn from_csv(csv: &str) -> String {
    let mut comments = csv.lines().filter_map(|line| line.strip_prefix("# "));
    let link = comments.next().unwrap_or_default();
    let digest = comments.find_map(|line| line.strip_prefix("digest "));
    let mut lines = csv.lines().filter(|line| !line.starts_with('#'));
    let mut out = format!(
        "{{\"schema\":\"{SCHEMA}\",\"version\":\"{}\",\"link\":{}",
        env!("CARGO_PKG_VERSION"),
        quoted(link)
    );
    if let Some(digest) = digest {
        // Writing to a String cannot fail.
        let _ = write!(out, ",\"digest\":{}", quoted(digest));
    }
    out.push_str(",\"columns\":");
    push_array(&mut out, lines.next().unwrap_or_default(), quoted);
    out.push_str(",\"rows\":[");
    for (i, line) in lines.enumerate() {
        out.push_str(if i == 0 { "\n" } else { ",\n" });
        push_array(&mut out, line, value);
    }
    out.push_str("]}\n");
    out
}

/// The cells of a line, which hold no commas of their own.
fn push_array(out: &mut String, line: &str, cell: fn(&str) -> String) {
    let cells: Vec<String> = line.split(',').map(cell).collect();
    out.push('[');
    out.push_str(&cells.join(","));
    out.push(']');
}

fn value(cell: &str) -> String {
    if cell.is_empty() {
        "null".to_owned()
    } else if crate::units::parse_decimal(cell).is_some() {
        cell.to_owned()
    } else {
        quoted(cell)
    }
}

fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

/// The state inside a file that the page saved (JSON, CSV or SVG): the fragment of the first link in it.
/// `None` for any other text.
pub fn saved_fragment(text: &str) -> Option<String> {
    let start = text.find("#/")?;
    let rest = &text[start..];
    let ends = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\\' | '<');
    let fragment = rest.split(ends).next().unwrap_or_default();
    let name = fragment[2..].split('?').next().unwrap_or_default();
    crate::params::url::Panel::ALL
        .iter()
        .any(|panel| panel.key() == name)
        .then(|| fragment.replace("&amp;", "&"))
}
