//! Where theory and training meet: composes both, still pure.

pub mod calculator;
pub mod curves;
pub mod digest;
pub mod known_task;
pub mod lane_result;
pub mod lane_set;
pub mod lessons;
pub mod noise_lab;
pub mod race;
pub mod race_record;
pub mod race_state;
pub mod sim_time;
pub mod sweep;
pub mod your_runs;
