//! The built site in a real browser: each test is named after the acceptance criterion that it checks.
//!
//! `tests/README.md` lists the criteria. The browser is driven through WebDriver; numbers are read from `data-value`,
//! sentences are compared with the dictionary that the page itself is built from.

#![allow(clippy::unwrap_used, clippy::float_cmp)]

mod curves;
mod filled;
mod harness;
mod noise;
mod race;
mod shell;
mod sound;
mod sweep;

mod access;
mod calc;
mod calc_noise;
mod contrast;
mod curves_chart;
mod curves_panel;
mod embed;
mod embed_host;
mod engines;
mod faults_browser;
mod faults_links;
mod faults_loading;
mod faults_training;
mod first_screen;
mod forced_colours;
mod hosting;
mod later;
mod layout;
mod learn;
mod link_and_language;
mod memory;
mod offline;
mod print;
mod race_lanes;
mod race_panel;
mod runs;
mod runs_saved;
mod runs_words;
mod save;
mod share;
mod sweep_controls;
mod sweep_panel;
