//! Charts: a [`scene::Scene`] says what is seen in data coordinates; `draw` puts it on any plotters backend.

pub mod scale;
pub mod scene;
