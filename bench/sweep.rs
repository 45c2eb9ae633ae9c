//! The default sweep natively, for `make bench`: the runs that the page makes, with one thread and with two.
//!
//! Prints one line of JSON: milliseconds by number of threads, the number of runs, and the digest, which must be the
//! page's. Threads take runs from one record as the page's workers do.

use critical_batch::experiment::sweep::config::SweepConfig;
use critical_batch::experiment::sweep::record::SweepRecord;
use critical_batch::params::race::RaceState;
use critical_batch::worker::measure::Measurement;
use std::sync::{Condvar, Mutex};
use std::time::Instant;

/// Each time is the median of so many sweeps.
const N_SWEEPS: usize = 3;

fn sweep(n_threads: usize) -> (f64, SweepRecord) {
    let start = Instant::now();
    let record = Mutex::new(SweepRecord::new(SweepConfig::of(&RaceState::default())));
    let has_news = Condvar::new();
    const HELD: &str = "no thread panics while it holds the record";
    std::thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| {
                let mut held = record.lock().expect(HELD);
                while !held.is_done() {
                    match held.next_run() {
                        Some(run) => {
                            drop(held);
                            let measured = Measurement::to_end(&run);
                            let measured = measured.expect("the default sweep can be trained");
                            held = record.lock().expect(HELD);
                            held.take(run.cell, measured);
                            has_news.notify_all();
                        }
                        // What is left waits for runs of other threads.
                        None => held = has_news.wait(held).expect(HELD),
                    }
                }
            });
        }
    });
    let ms = start.elapsed().as_secs_f64() * 1000.0;
    (ms, record.into_inner().expect(HELD))
}

fn median_ms(n_threads: usize) -> f64 {
    let mut times: Vec<f64> = (0..N_SWEEPS).map(|_| sweep(n_threads).0).collect();
    times.sort_by(f64::total_cmp);
    times[N_SWEEPS / 2]
}

fn main() {
    // The first one decodes the digits.
    let (_, record) = sweep(2);
    println!(
        "{{\"one\": {:.0}, \"two\": {:.0}, \"runs\": {}, \"digest\": \"{}\"}}",
        median_ms(1),
        median_ms(2),
        record.n_done(),
        record.digest()
    );
}
