//! Data to text, one format per file.

pub mod csv;
