//! What a frame says to the page around it, as texts of JSON objects. These and nothing else leave a frame.
//!
//! The height goes out in three forms: our own, AMP's `embed-size` (amp.dev, `amp-iframe`), and pym.js's
//! (blog.apps.npr.org/pym.js), which is a string.

use crate::params::defs::Value;
use crate::params::url::{Link, Panel, controls};

/// The panel is on screen and hears messages.
pub fn ready(panel: Panel) -> String {
    format!(
        r#"{{"type":"lrbs:ready","version":"{}","panel":"{}"}}"#,
        env!("CARGO_PKG_VERSION"),
        panel.key()
    )
}

/// The panel's code did not come. `faults.js` says the same of the first part of the code.
pub const LOST: &str = r#"{"type":"lrbs:error","code":"load"}"#;

/// The height that shows everything, in CSS pixels.
pub fn resize(height: u32) -> String {
    format!(r#"{{"type":"lrbs:resize","height":{height}}}"#)
}

/// The same for AMP.
pub fn resize_amp(height: u32) -> String {
    format!(r#"{{"sentinel":"amp","type":"embed-size","height":{height}}}"#)
}

/// The same for pym.js, which names its frames.
pub fn resize_pym(child: &str, height: u32) -> String {
    format!("pymxPYMx{child}xPYMxheightxPYMx{height}")
}

/// The name that pym.js gave the frame, from the query of its address; `None` for what pym.js would not write.
pub fn pym_child(query: &str) -> Option<&str> {
    let pairs = query.trim_start_matches('?').split('&');
    let child = pairs
        .filter_map(|pair| pair.strip_prefix("childId="))
        .next()?;
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (1..=64)
        .contains(&child.len())
        .then_some(child)?
        .bytes()
        .all(is_name)
        .then_some(child)
}

/// Every control of the panel with its value: numbers as numbers, choices by the names that links have for them.
pub fn state(link: &Link) -> String {
    // No name in the registry needs an escape.
    let params: Vec<String> = controls(link)
        .into_iter()
        .map(|c| match c.value {
            Value::Number(_) => format!(r#""{}":{}"#, c.key, c.text),
            Value::Choice(_) | Value::Flags(_) => format!(r#""{}":"{}""#, c.key, c.text),
        })
        .collect();
    format!(
        r#"{{"type":"lrbs:state","panel":"{}","params":{{{}}}}}"#,
        link.panel.key(),
        params.join(",")
    )
}
