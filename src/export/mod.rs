//! Data to text, one format per file.

pub mod csv;
pub mod first_screen;
pub mod json;
pub mod race_csv;
pub mod sweep_csv;
