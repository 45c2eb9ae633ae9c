//! One module per panel; they do not know each other.

pub mod about;
pub mod calc;
pub mod curves;
pub mod later;
pub mod noise;
pub mod race;
pub mod runs;
pub mod sweep;
