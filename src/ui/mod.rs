//! The page: the only folder that builds DOM. It holds no numbers of its own; panels do not know each other.

mod app;
mod attributes;
mod chart_view;
mod clipboard;
mod code;
mod context;
mod controls;
mod dom;
mod effects;
mod frame;
mod lesson;
mod link;
mod locks;
mod offline;
mod panels;
mod prelude;
mod print;
mod save;
mod share;
mod shell;
mod signals;
mod stage;
mod training;

/// Entry of the module. In a worker there is no window, and nothing happens here.
pub fn start() {
    if web_sys::window().is_some() {
        // Else a fast network would show nothing until everything is there.
        dom::after_first_paint(app::mount);
    }
}
