//! The site without a network: starts the service worker and says in the footer what a reader may rely on.

use super::context::{Ctx, use_ctx};
use super::dom;
use crate::ui::prelude::*;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/ui/offline.js")]
extern "C" {
    fn keep(address: &str, tell: &Closure<dyn Fn(u8)>);
}

/// Has the browser keep the site, and follows what it says: an index into the sentences of the footer.
///
/// Not before what the page fetches ahead has come or failed: it must not slow the first start, and WebKit leaves
/// requests without an answer that are under way when a service worker takes the page over.
pub fn kept(ctx: Ctx) -> RwSignal<u8> {
    let state = RwSignal::new(0_u8);
    let mut tell = Some(Closure::<dyn Fn(u8)>::new(move |now| state.set(now)));
    effect(move || {
        if ctx.is_settled.get()
            && let Some(tell) = tell.take()
        {
            keep(&dom::beside_module("service-worker.js"), &tell);
            // It is told for as long as the page lives.
            tell.forget();
        }
    });
    state
}

/// Which version answers and whether there is a network; nothing where the browser keeps nothing.
#[component]
pub fn OfflineState() -> impl IntoView {
    let ctx = use_ctx();
    let state = kept(ctx);
    view! {
        <span data-testid="offline" data-value=move || state.get().to_string()>
            {move || ctx.s().shell.offline[usize::from(state.get()).min(3)]}
        </span>
    }
}
