//! The sweep of Digits that is shipped as an example of a reader's own runs, as the controls of the Sweep panel set it.

use critical_batch::export::ray;
use critical_batch::params::race::{OptimizerKind, RaceState, TaskKind};
use critical_batch::params::url::{Link, Panel, encode};

/// SGD at batch sizes 1 to 256, three seeds, to the usual target. The budget is cut to what runs near the best need
/// several times over: PyTorch takes a quarter of a millisecond per step.
pub fn state() -> RaceState {
    RaceState {
        largest_batch: 1,
        sweep_budget: 20_000.0,
        ..RaceState::for_task(TaskKind::Digits, OptimizerKind::Sgd)
    }
}

/// Its link, without the site's address.
pub fn link() -> String {
    encode(&Link {
        panel: Panel::Sweep,
        race: state(),
        ..Link::default()
    })
}

/// Its Ray Tune program.
pub fn program() -> String {
    ray::sweep(&state(), &link()).expect("digits have a program")
}
