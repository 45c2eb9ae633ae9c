//! Data to text, one format per file.

pub mod calc_csv;
pub mod code;
pub mod csv;
pub mod deepspeed;
pub mod first_screen;
pub mod json;
pub mod noise_csv;
pub mod optax;
pub mod program;
mod python;
pub mod pytorch;
pub mod race_csv;
pub mod ray;
pub mod recipe;
pub mod runs_csv;
pub mod sweep_csv;
pub mod transformers;
