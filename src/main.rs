//! One module for the page and its workers: with a window it mounts the page, without one it waits for the worker's
//! entry to be called.

fn main() {
    critical_batch::ui::start();
}
