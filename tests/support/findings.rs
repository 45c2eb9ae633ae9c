//! What a text of runs says.

use critical_batch::experiment::your_runs::RunFindings;
use critical_batch::experiment::your_runs::ridge::Ridge;
use critical_batch::measurements::read;

/// Findings of a text, with SGD's exponent.
pub fn findings(text: &str) -> RunFindings {
    let reading = read(text.as_bytes());
    assert_eq!(reading.n_bad, 0, "{:?}", reading.bad);
    RunFindings::of(Ridge::of(&reading.rows, reading.unit).unwrap(), 1.0, 7)
}
