//! The site without a network: starts the service worker and says in the footer what a reader may rely on.

use super::context::use_ctx;
use super::dom;
use crate::ui::prelude::*;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/ui/offline.js")]
extern "C" {
    fn keep(address: &str, tell: &Closure<dyn Fn(u8)>);
}

/// Which version answers and whether there is a network; nothing where the browser keeps nothing.
#[component]
pub fn OfflineState() -> impl IntoView {
    let ctx = use_ctx();
    let state = RwSignal::new(0_u8);
    let tell = Closure::<dyn Fn(u8)>::new(move |now| state.set(now));
    keep(&dom::beside_module("service-worker.js"), &tell);
    // The footer lives as long as the page.
    tell.forget();
    view! {
        <span data-testid="offline" data-value=move || state.get().to_string()>
            {move || ctx.s().shell.offline[usize::from(state.get()).min(3)]}
        </span>
    }
}
