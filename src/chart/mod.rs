//! Charts: a [`scene::Scene`] says what is seen in data coordinates, [`layout`] finds the room for it in CSS pixels,
//! [`compose`] turns both into a [`picture`] of strokes, areas and texts, and [`draw`] hands that to any plotters backend.

#[cfg(feature = "web")]
pub mod canvas;
pub mod compose;
pub mod draw;
pub mod geometry;
mod labels;
pub mod layout;
pub mod palette;
pub mod picture;
pub mod place;
pub mod scale;
pub mod scene;
pub mod sheet;
mod signs;
pub mod svg;
pub mod text;
mod ticks;
pub mod tiles;
