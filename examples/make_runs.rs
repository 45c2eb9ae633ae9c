//! Writes the files of runs that the page offers to try, to standard output.
//!
//! Run: cargo run --release --no-default-features --example make_runs -- synthetic > src/measurements/examples/synthetic.csv
//!
//! The runs of Digits are made by PyTorch: `make_runs -- digits-program > sweep.py` writes what the Sweep panel hands over
//! as "Ray Tune" for that sweep, and `make_runs -- digits sweep.csv VERSIONS` shortens the numbers of the table that the
//! program writes; see `tests/exports/README.md`. `mnist.csv` is published data and not made here.

#[path = "../tests/support/digits_sweep.rs"]
mod digits_sweep;
#[path = "../tests/support/synthetic_runs.rs"]
mod synthetic_runs;

use critical_batch::units::round_sig;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let text = match arguments[..] {
        ["synthetic"] => Ok(synthetic_runs::text(1)),
        ["digits-program"] => Ok(digits_sweep::program()),
        ["digits", table, versions] => std::fs::read_to_string(table)
            .map(|table| digits(&table, versions))
            .map_err(|why| format!("{table}: {why}")),
        _ => Err("Say which: synthetic, digits-program, or digits TABLE VERSIONS.".to_owned()),
    };
    match text {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// The table with four digits per number, and where it comes from.
fn digits(table: &str, versions: &str) -> String {
    let rounded = |field: &str| match field.parse::<f64>() {
        Ok(number) if field.contains('.') => round_sig(number, 4).to_string(),
        _ => field.to_owned(),
    };
    let mut out = format!(
        "# SGD on Digits to a training loss of 0.2, trained in PyTorch by the program that the Sweep panel hands over:\n\
         # {}, Ray Tune. {versions}.\n\
         # Numbers are rounded to 4 digits; tests/exports/README.md says how to make it again.\n",
        digits_sweep::link()
    );
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<String> = line.split(',').map(rounded).collect();
        out += &(fields.join(",") + "\n");
    }
    out
}
