//! Race.
use leptos::prelude::*;

#[component]
pub fn RacePanel() -> impl IntoView {
    view! { <p></p> }
}
